using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Fathom.Formats;
using Fathom.Models.Architectures;
using Fathom.Tensors;

namespace Fathom.Models.Adapters;

/// <summary>
/// A model's weights with an adapter merged into them: what it changes is fp32 in memory, the rest stays mapped. Owns the model's
/// files. In a GGUF file the rows of queries and keys lie in another order; the update's rows are put into it.
/// </summary>
internal sealed unsafe class AdaptedWeights : ITensorSource
{
    private readonly ITensorSource _base;
    private readonly DecoderConfig _config;
    private readonly bool _gguf;
    private readonly OrderedDictionary<string, StoredTensor> _changed = new(StringComparer.Ordinal);

    private readonly WeightNames _names;
    private readonly DecoderPlan _plan;
    private readonly HashSet<string> _transposed;

    private AdaptedWeights(ITensorSource source, DecoderConfig config, bool gguf)
    {
        (_base, _config, _gguf) = (source, config, gguf);
        (_names, _plan, _transposed) = (new WeightNames(source, config.Names, gguf), new DecoderPlan(config), ParameterShapes.Transposed(config));
    }

    /// <inheritdoc/>
    public string Location => _base.Location;

    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; private set; } = [];

    /// <summary>Whether any number differs from the model's.</summary>
    public bool HasEffect { get; private set; }

    /// <summary>Merges an adapter.</summary>
    /// <exception cref="FathomException">It does not fit the model.</exception>
    public static AdaptedWeights Merge(ITensorSource source, DecoderConfig config, bool gguf, AdapterFolder adapter)
    {
        var shapes = ParameterShapes.WithHead(config);

        // A classifier's adapter serves its language model too: states are those of the classifier, tokens those of the head there is.
        var plan = adapter.Bind(shapes, adapter.Options.TaskType == "SEQ_CLS" && !config.IsClassifier ? ParameterShapes.ClassHead : null);
        var merged = new AdaptedWeights(source, config, gguf);
        foreach (var target in plan.Targets) merged.Update(target, adapter);
        foreach (var name in plan.Saved) merged.Replace(name, shapes[name], adapter);
        merged.Names = [.. source.Names, .. merged._changed.Keys.Where(name => !source.TryGetTensor(name, out _))];
        return merged;
    }

    /// <inheritdoc/>
    public bool TryGetTensor(string name, [NotNullWhen(true)] out StoredTensor? tensor) => _changed.TryGetValue(name, out tensor) || _base.TryGetTensor(name, out tensor);

    /// <inheritdoc/>
    public StoredTensor GetTensor(string name) => _changed.GetValueOrDefault(name) ?? _base.GetTensor(name);

    /// <inheritdoc/>
    public void Dispose() => _base.Dispose();

    private void Update(LoraTarget target, AdapterFolder adapter)
    {
        var name = target.Module + ".weight";
        var weight = Base(name, target.Outputs, target.Inputs);
        var (down, up) = (new float[target.Rank * target.Inputs], new float[target.Outputs * target.Rank]);
        adapter.Decode(AdapterFolder.DownName(target), down);
        adapter.Decode(AdapterFolder.UpName(target), up);
        HasEffect |= target.Scale != 0 && down.AsSpan().ContainsAnyExcept(0f) && up.AsSpan().ContainsAnyExcept(0f);
        LoraMerging.Add(target, down, InFileOrder(name, up), weight);
        Keep(name, weight, target.Outputs, target.Inputs);
    }

    private void Replace(string name, int[] shape, AdapterFolder adapter)
    {
        var values = new float[shape.Aggregate(1, (product, size) => checked(product * size))];
        adapter.Decode(name, values);
        values = InFileOrder(name, values);
        var own = name == _plan.Head && !_base.TryGetTensor(NameInFile(name), out _) ? _plan.Embedding : name;
        HasEffect |= !values.AsSpan().SequenceEqual(Base(own, shape));
        Keep(name, values, shape);
    }

    private float[] Base(string name, params ReadOnlySpan<int> shape)
    {
        if (_gguf && GgufTensorNames.PartOf(_config.Names, name) is not null) throw new FathomException($"{Location}: '{name}' is one of several experts in a tensor of the GGUF file, which adapters cannot change; use the model's original files");
        var tensor = _base.GetTensor(NameInFile(name));
        var count = 1;
        foreach (var size in shape) count = checked(count * size);
        var turned = _transposed.Contains(name);
        if (tensor.ElementCount != count || tensor.Shape.Length != shape.Length || tensor.Shape[0] != shape[turned ? 1 : 0] || !BlockDecoder.CanDecode(tensor.Type))
            throw new FathomException($"{Location}: tensor '{tensor.Name}' of shape [{string.Join(", ", tensor.Shape)}] is not the [{string.Join(", ", shape.ToArray())}] of floating-point numbers that the configuration says");
        var values = new float[count];
        WeightValues.Decode(tensor, values);
        return _transposed.Contains(name) ? Turn(values, tensor.Shape[0], tensor.Shape[1]) : values;
    }

    private void Keep(string name, float[] values, params ReadOnlySpan<int> shape)
    {
        if (_transposed.Contains(name))
        {
            values = Turn(values, shape[0], shape[1]);
            shape = new[] { shape[1], shape[0] };
        }

        // Pinned, since a stored tensor is an address; it lives as long as the tensor that owns it.
        var held = GC.AllocateUninitializedArray<float>(values.Length, pinned: true);
        values.CopyTo(held, 0);
        ImmutableArray<long> sizes = [.. shape.ToArray().Select(size => (long)size)];
        fixed (float* at = held)
            _changed.Add(NameInFile(name), new StoredTensor(NameInFile(name), DType.F32, sizes, (byte*)at, sizeof(float) * (long)held.Length, held));
    }

    private static float[] Turn(float[] values, long rows, long columns)
    {
        var turned = new float[values.Length];
        for (long r = 0; r < rows; r++)
        {
            for (long c = 0; c < columns; c++) turned[c * rows + r] = values[r * columns + c];
        }

        return turned;
    }

    private float[] InFileOrder(string name, float[] rows)
    {
        var woven = _gguf && _config.WovenInGguf;
        var heads = !woven ? 0 : name.Contains(".self_attn.q_proj.", StringComparison.Ordinal) ? _config.Heads : name.Contains(".self_attn.k_proj.", StringComparison.Ordinal) ? _config.KeyValueHeads : 0;
        if (heads == 0) return rows;
        var order = WeightBinder.InterleavedRows(heads, _config.HeadDim);
        var (width, result) = (rows.Length / order.Length, new float[rows.Length]);
        for (var row = 0; row < order.Length; row++) rows.AsSpan(row * width, width).CopyTo(result.AsSpan(order[row] * width));
        return result;
    }

    private string NameInFile(string name) => _names.InFile(name);
}
