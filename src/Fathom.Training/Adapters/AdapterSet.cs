using Fathom.Models.Adapters;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>The adapters of a model, and what the active ones mean for each of its layers.</summary>
internal sealed class AdapterSet : IDisposable
{
    private readonly OrderedDictionary<string, Adapter> _adapters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LoraLayer[]> _layers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Variable> _saved = new(StringComparer.Ordinal);
    private readonly List<(Variable Weight, Variable Original)> _originals = [];

    /// <summary>All, by name.</summary>
    public IReadOnlyDictionary<string, Adapter> All => _adapters;

    /// <summary>Names of the active ones, whose updates are summed in this order.</summary>
    public IReadOnlyList<string> Active { get; private set; } = [];

    /// <summary>Whether the active updates are in the model's own weights now.</summary>
    public bool Merged { get; private set; }

    /// <summary>What is taught of a model with these parameters: all of them, or the tensors of the adapters that train.</summary>
    public OrderedDictionary<string, Variable> Trainable(OrderedDictionary<string, Variable> parameters)
    {
        var trainable = new OrderedDictionary<string, Variable>(_adapters.Count == 0 ? parameters : [], StringComparer.Ordinal);
        foreach (var adapter in _adapters.Values.Where(adapter => adapter.Trains))
        {
            foreach (var (name, variable) in adapter.Tensors) trainable.Add(adapter.NameInModel(name), variable);
        }

        return trainable;
    }

    /// <summary>Adds the active updates to the weights, of which some may be stored the other way round; the originals are kept.</summary>
    public void Merge(AutogradDevice device, IReadOnlyDictionary<string, Variable> parameters, HashSet<string> transposed)
    {
        RefuseMerged();
        Merged = true;
        foreach (var (module, layers) in _layers)
        {
            var weight = parameters[module + ".weight"];
            var original = device.NewVariable(false, weight.Shape.ToArray());
            weight.Values.CopyTo(original.Values);
            _originals.Add((weight, original));
            foreach (var layer in layers)
            {
                if (transposed.Contains(module + ".weight")) LoraMerging.AddTransposed(layer.Target, layer.A.Values, layer.B.Values, weight.Values);
                else LoraMerging.Add(layer.Target, layer.A.Values, layer.B.Values, weight.Values);
            }

        }
    }

    /// <summary>Puts the originals back, bit for bit.</summary>
    public void Unmerge()
    {
        foreach (var (weight, original) in _originals)
        {
            original.Values.CopyTo(weight.Values);
            original.Dispose();
        }

        _originals.Clear();
        Merged = false;
    }

    /// <summary>Takes an adapter in, active.</summary>
    public void Add(Adapter adapter)
    {
        RefuseMerged();
        _adapters.Add(adapter.Name, adapter);
        try
        {
            Activate([.. Active, adapter.Name]);
        }
        catch
        {
            _adapters.Remove(adapter.Name);
            throw;
        }
    }

    /// <summary>Drops an adapter and gives its memory back.</summary>
    public void Remove(string name)
    {
        var adapter = Find(name);
        Activate([.. Active.Where(active => active != name)]);
        _adapters.Remove(name);
        adapter.Dispose();
    }

    /// <summary>Chooses which adapters take part.</summary>
    public void Activate(IReadOnlyList<string> names)
    {
        RefuseMerged();
        var active = names.Select(Find).ToList();
        if (active.Distinct().Count() != active.Count) throw new FathomException($"an adapter is named twice: {string.Join(", ", names)}");
        var saved = active.SelectMany(adapter => adapter.Saved).ToList();
        if (saved.GroupBy(pair => pair.Key, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } clash)
            throw new FathomException($"adapters {string.Join(", ", names)} cannot be active together: more than one has its own '{clash.Key}'");
        _layers.Clear();
        _saved.Clear();
        foreach (var group in active.SelectMany(adapter => adapter.Layers).GroupBy(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal)) _layers.Add(group.Key, [.. group]);
        foreach (var (name, variable) in saved) _saved.Add(name, variable);
        Active = [.. names];
    }

    /// <summary>Updates of a layer that are not in its weight.</summary>
    public LoraLayer[] Layers(string module) => Merged ? [] : _layers.GetValueOrDefault(module, []);

    /// <summary>What stands for a parameter, if anything does.</summary>
    public Variable? Saved(string parameter) => _saved.GetValueOrDefault(parameter);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, original) in _originals) original.Dispose();
        foreach (var adapter in _adapters.Values) adapter.Dispose();
    }

    private void RefuseMerged()
    {
        if (Merged) throw new InvalidOperationException("the adapters are merged into the weights: unmerge first");
    }

    private Adapter Find(string name) => _adapters.GetValueOrDefault(name) ?? throw new FathomException(
        $"there is no adapter '{name}'; loaded are: {(_adapters.Count == 0 ? "none" : string.Join(", ", _adapters.Keys))}");
}
