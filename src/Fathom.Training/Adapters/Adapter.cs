using Fathom.Models.Adapters;
using Fathom.Tensors;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>Low-rank updates of a model's linear layers, and copies of modules that are taught whole. It belongs to its model.</summary>
public sealed class Adapter : IDisposable
{
    private readonly OrderedDictionary<string, LoraLayer> _layers = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, Variable> _saved = new(StringComparer.Ordinal);
    private bool _trains = true;

    private Adapter(string name, LoraOptions options) => (Name, Options) = (name, options);

    /// <summary>What the model calls it.</summary>
    public string Name { get; }

    /// <summary>How it was made.</summary>
    public LoraOptions Options { get; }

    /// <summary>Updates by the name of their layer, in the order of the model.</summary>
    public IReadOnlyDictionary<string, LoraLayer> Layers => _layers;

    /// <summary>Whole parameters that stand for the model's own, by name.</summary>
    public IReadOnlyDictionary<string, Variable> Saved => _saved;

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

    /// <summary>Every tensor by its name in PEFT's file, without the prefix <c>base_model.model.</c>, in the order of the model.</summary>
    public OrderedDictionary<string, Variable> Tensors
    {
        get
        {
            var tensors = new OrderedDictionary<string, Variable>(StringComparer.Ordinal);
            foreach (var (module, layer) in _layers)
            {
                tensors.Add(module + ".lora_A.weight", layer.A);
                tensors.Add(module + ".lora_B.weight", layer.B);
            }

            foreach (var (name, variable) in _saved) tensors.Add(name, variable);
            return tensors;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var layer in _layers.Values) layer.Dispose();
        foreach (var variable in _saved.Values) variable.Dispose();
    }

    /// <summary>Makes an adapter that changes nothing yet: A uniform in ±1/sqrt(inputs) (PEFT's Kaiming with a = sqrt(5)), B zero, copies equal to the model's.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="options">Its shape.</param>
    /// <param name="model">The model.</param>
    /// <param name="seed">Seed of A; a layer's numbers do not depend on which others are adapted.</param>
    /// <param name="place">Where the options come from, for messages.</param>
    internal static Adapter Make(string name, LoraOptions options, TrainableModel model, ulong seed, string place)
    {
        var shapes = new OrderedDictionary<string, int[]>(StringComparer.Ordinal);
        foreach (var (parameter, variable) in model.Parameters) shapes.Add(parameter, [.. variable.Shape]);
        shapes.TryAdd(TrainableModel.OwnHead, [.. model.BareHead.Shape]);
        var plan = LoraPlan.Make(options, shapes, place);
        var adapter = new Adapter(name, options);
        try
        {
            foreach (var target in plan.Targets)
            {
                var layer = new LoraLayer(model.Device, target, options.Dropout);
                adapter._layers.Add(target.Module, layer);
                Fill(layer.A.Values, target.Inputs, new CounterRandom(seed, (ulong)shapes.IndexOf(target.Module + ".weight")));
            }

            foreach (var parameter in plan.Saved)
            {
                var copy = model.Device.NewVariable(true, shapes[parameter]);
                adapter._saved.Add(parameter, copy);
                (model.Parameters.GetValueOrDefault(parameter) ?? model.BareHead).Values.CopyTo(copy.Values);
            }

            return adapter;
        }
        catch
        {
            adapter.Dispose();
            throw;
        }
    }

    /// <summary>A tensor's name among the adapters of a model.</summary>
    internal string NameInModel(string tensor) => tensor.EndsWith(".lora_A.weight", StringComparison.Ordinal) || tensor.EndsWith(".lora_B.weight", StringComparison.Ordinal)
        ? tensor[..^"weight".Length] + Name + ".weight"
        : tensor + "." + Name;

    private static void Fill(Span<float> values, int inputs, CounterRandom random)
    {
        var bound = 1 / Math.Sqrt(inputs);
        foreach (ref var value in values) value = (float)((2 * random.NextDouble() - 1) * bound);
    }
}
