using Fathom.Formats;
using Fathom.Models.Architectures;
using Fathom.Tensors;

namespace Fathom.Models.Conversion;

/// <summary>The tensors of a folder in Hugging Face layout by their usual names, each of the shape that the configuration says, and none left over.</summary>
internal sealed class FolderTensors(ITensorSource weights, DecoderConfig config)
{
    private const int MostNames = 6;
    private readonly WeightNames _names = new(weights, config.Names, gguf: false);
    private readonly OrderedDictionary<string, int[]> _shapes = ParameterShapes.Of(config);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <summary>The tensor.</summary>
    /// <exception cref="FathomException">It is missing, or of another shape.</exception>
    public StoredTensor Take(string name)
    {
        if (!_names.TryFind(name, out var tensor)) throw new FathomException($"{weights.Location}: tensor '{_names.InFile(name)}' is missing; download the model again");
        _used.Add(_names.InFile(name));
        var shape = _shapes[name];
        return tensor.Shape.Select(size => (long?)size).SequenceEqual(shape.Select(size => (long?)size))
            ? tensor
            : throw new FathomException($"{weights.Location}: tensor '{tensor.Name}' has shape [{string.Join(", ", tensor.Shape)}], expected [{string.Join(", ", shape)}]");
    }

    /// <summary>The head of a model that says it has none of its own: files of tied models may hold one all the same, and where it differs it counts.</summary>
    public StoredTensor? OwnHeadOfTied()
    {
        var plan = new DecoderPlan(config);
        if (!config.TiedHead || !_names.TryFind(plan.Head, out var head)) return null;
        _used.Add(_names.InFile(plan.Head));
        return SameBytes(head, Take(plan.Embedding)) ? null : head;
    }

    /// <summary>Complains about tensors that nothing asked for, buffers apart.</summary>
    /// <exception cref="FathomException">There are some.</exception>
    public void RefuseLeftOver()
    {
        var extra = weights.Names.Where(name => !_used.Contains(name) && !config.Names.IsBuffer(name)).ToList();
        if (extra.Count > 0)
            throw new FathomException($"{weights.Location}: has {extra.Count} tensors the configuration has no place for: {string.Join(", ", extra.Take(MostNames).Select(name => $"'{ConfigText.Printable(name)}'"))}{(extra.Count > MostNames ? ", …" : "")}");
    }

    private static unsafe bool SameBytes(StoredTensor a, StoredTensor b)
    {
        if (a.Type != b.Type || a.ByteLength != b.ByteLength) return false;
        const int Piece = 1 << 24;
        for (long at = 0; at < a.ByteLength; at += Piece)
        {
            var length = (int)Math.Min(Piece, a.ByteLength - at);
            if (!new ReadOnlySpan<byte>(a.Data + at, length).SequenceEqual(new ReadOnlySpan<byte>(b.Data + at, length))) return false;
        }

        return true;
    }
}
