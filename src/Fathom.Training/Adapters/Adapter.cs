using System.Runtime.InteropServices;
using Fathom.Formats;
using Fathom.Models.Adapters;
using Fathom.Tensors;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>Low-rank updates of a model's linear layers, and copies of modules that are taught whole. It belongs to its model.</summary>
public sealed class Adapter : IDisposable
{
    private static readonly Dictionary<string, string> Metadata = new(StringComparer.Ordinal) { ["format"] = "pt" };
    private readonly OrderedDictionary<string, LoraLayer> _layers = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, Variable> _saved = new(StringComparer.Ordinal);
    private bool _trains = true;
    private double _dropout;

    /// <summary>Makes an adapter of zeros.</summary>
    internal Adapter(string name, LoraOptions options, LoraPlan plan, AutogradDevice device, IReadOnlyDictionary<string, int[]> shapes)
    {
        (Name, Options, _dropout) = (name, options, options.Dropout);
        try
        {
            foreach (var target in plan.Targets) _layers.Add(target.Module, new LoraLayer(device, target, options.Dropout));
            foreach (var parameter in plan.Saved) _saved.Add(parameter, device.NewVariable(true, shapes[parameter]));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What the model calls it.</summary>
    public string Name { get; }

    /// <summary>How it was made.</summary>
    public LoraOptions Options { get; }

    /// <summary>Updates by the name of their layer, in the order of the model.</summary>
    public IReadOnlyDictionary<string, LoraLayer> Layers => _layers;

    /// <summary>Whole parameters that stand for the model's own, by name.</summary>
    public IReadOnlyDictionary<string, Variable> Saved => _saved;

    /// <summary>What to know about a loaded one: settings that were ignored, or that it has no effect.</summary>
    public IReadOnlyList<string> Warnings { get; internal set; } = [];

    /// <summary>Whether it is taught; a frozen one has no gradients. May be changed between passes.</summary>
    public bool Trains
    {
        get => _trains;
        set
        {
            _trains = value;
            foreach (var variable in Tensors.Values) variable.NeedsGradient = value;
        }
    }

    /// <summary>Probability with which an element of an update's input is dropped in training; at first what the options say.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not in [0, 1).</exception>
    public double Dropout
    {
        get => _dropout;
        set
        {
            if (!(value is >= 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(value), value, "a dropout probability is in [0, 1)");
            _dropout = value;
            foreach (var layer in _layers.Values) layer.Dropout = value;
        }
    }

    /// <summary>Every tensor by its name in PEFT's file, without the prefix <c>base_model.model.</c>, in the order of the model.</summary>
    public OrderedDictionary<string, Variable> Tensors
    {
        get
        {
            var tensors = new OrderedDictionary<string, Variable>(StringComparer.Ordinal);
            foreach (var layer in _layers.Values)
            {
                tensors.Add(AdapterFolder.DownName(layer.Target), layer.A);
                tensors.Add(AdapterFolder.UpName(layer.Target), layer.B);
            }

            foreach (var (name, variable) in _saved) tensors.Add(name, variable);
            return tensors;
        }
    }

    /// <summary>Writes adapter_config.json and adapter_model.safetensors (fp32) as PEFT does; each file appears whole or not at all.</summary>
    /// <param name="folder">Where; made if it is not there.</param>
    /// <exception cref="FathomException">It cannot be written; old files are unchanged.</exception>
    public void Save(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FathomException($"{folder}: cannot be made: {failure.Message.ReplaceLineEndings(" ")}", failure);
        }

        var tensors = Tensors.OrderBy(tensor => tensor.Key, StringComparer.Ordinal).ToList();
        var entries = tensors.ConvertAll(tensor => new SafetensorsEntry(AdapterFolder.Prefix + tensor.Key, DType.F32, [.. tensor.Value.Shape.Select(size => (long)size)]));
        using (var writer = SafetensorsWriter.Create(Path.Combine(folder, AdapterFolder.WeightsName), entries, Metadata))
        {
            foreach (var (_, variable) in tensors) writer.Write(MemoryMarshal.AsBytes(variable.Values));
            writer.Complete();
        }

        AtomicFile.Write(Path.Combine(folder, PeftConfig.FileName), stream => PeftConfig.Write(Options, stream));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var layer in _layers.Values) layer.Dispose();
        foreach (var variable in _saved.Values) variable.Dispose();
    }

    /// <summary>A tensor's name among the adapters of a model.</summary>
    internal string NameInModel(string tensor) => tensor.EndsWith(".lora_A.weight", StringComparison.Ordinal) || tensor.EndsWith(".lora_B.weight", StringComparison.Ordinal)
        ? tensor[..^"weight".Length] + Name + ".weight"
        : tensor + "." + Name;
}
