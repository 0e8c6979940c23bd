using Fathom.Models.Adapters;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <content>Adapters, and writing the model.</content>
public sealed partial class TrainableEncoder
{
    /// <summary>
    /// What is taught, in a fixed order: every parameter, or where there are adapters the tensors of those that train, named
    /// <c>MODULE.lora_A.NAME.weight</c>, <c>MODULE.lora_B.NAME.weight</c> and <c>PARAMETER.NAME</c> with NAME the adapter's.
    /// </summary>
    public OrderedDictionary<string, Variable> Trainable => _adapters.Trainable(_parameters);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Adapter> Adapters => _adapters.All;

    /// <summary>
    /// Adds an adapter that changes nothing yet, active and taught; the model's own parameters are frozen. A classifier's head is always
    /// taught whole beside it.
    /// </summary>
    /// <param name="name">Its name, not used yet.</param>
    /// <param name="options">Which layers (<c>query</c>, <c>value</c>, …, or all), and how.</param>
    /// <param name="seed">Seed of the random half.</param>
    /// <exception cref="FathomException">The name is taken, or the options do not fit the model.</exception>
    public Adapter AddAdapter(string name, LoraOptions options, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Adopt(name, AdapterFactory.New(name, _blueprint.Completed(options), Device, _blueprint.Shapes, parameter => _parameters[parameter], seed));
    }

    /// <summary>Adds an adapter from PEFT's files, active and taught; the model's own parameters are frozen.</summary>
    /// <param name="name">Its name, not used yet.</param>
    /// <param name="folder">Folder with adapter_config.json and adapter_model.safetensors.</param>
    /// <exception cref="FathomException">The name is taken, or files and model do not fit.</exception>
    public Adapter LoadAdapter(string name, string folder) => Adopt(name, AdapterFactory.Load(name, folder, Device, _blueprint.Shapes, parameter => _parameters[parameter]));

    /// <summary>Adds the active updates to the model's own weights, for evaluation; the originals are kept until <see cref="UnmergeAdapters"/>.</summary>
    /// <exception cref="InvalidOperationException">They are merged already.</exception>
    public void MergeAdapters() => _adapters.Merge(Device, _parameters, []);

    /// <summary>Undoes <see cref="MergeAdapters"/>: every bit is as before.</summary>
    public void UnmergeAdapters() => _adapters.Unmerge();

    /// <inheritdoc/>
    public void SaveWeights(string folder, WeightPrecision precision, CompanionFiles? companions = null)
    {
        if (Config.HasDecoder) throw new FathomException("an encoder out of a model with a decoder cannot be written alone: keep its Parameters");
        companions?.Save(folder, written => EncoderClasses.Adjusted(written, Config, precision));
        var merge = _adapters.Active.Count > 0;
        if (merge) MergeAdapters();
        try
        {
            var tensors = _parameters.Select(pair => KeyValuePair.Create(pair.Key, _adapters.Saved(pair.Key) ?? pair.Value)).Concat(_carried);
            WeightFile.Write(Path.Combine(folder, ModelSaving.WeightsName), [.. tensors], precision, new Dictionary<string, string>(StringComparer.Ordinal) { ["format"] = "pt" });
        }
        finally
        {
            if (merge) UnmergeAdapters();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _adapters.Dispose();
        foreach (var variable in _parameters.Values.Concat(_carried.Values)) variable.Dispose();
    }

    private Adapter Adopt(string name, Adapter adapter)
    {
        try
        {
            if (_adapters.All.ContainsKey(name)) throw new FathomException($"there is an adapter '{name}' already");
            _adapters.Add(adapter);
        }
        catch
        {
            adapter.Dispose();
            throw;
        }

        foreach (var variable in _parameters.Values) variable.NeedsGradient = false;
        return adapter;
    }
}
