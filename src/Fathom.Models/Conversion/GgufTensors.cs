using System.Collections.Immutable;
using Fathom.Formats;
using Fathom.Models.Architectures;
using Fathom.Tensors;

namespace Fathom.Models.Conversion;

/// <summary>The Hugging Face tensors of a model that lies in a GGUF file, each as the parts of GGUF tensors that make it.</summary>
internal static class GgufTensors
{
    /// <summary>Every tensor in the order of the pass, with the shape it has on the hub.</summary>
    /// <param name="gguf">The file.</param>
    /// <param name="config">The configuration as the Hugging Face files will say it.</param>
    /// <exception cref="FathomException">A tensor is missing, of another shape, or has no place.</exception>
    public static IEnumerable<(string Name, ImmutableArray<long> Shape, IReadOnlyList<TensorPart> Parts)> Of(GgufFile gguf, DecoderConfig config)
    {
        var family = GgufFamilies.Of(config.Family, gguf.Location);
        var layout = GgufTensorPlans.Of(family, config, ownHead: false, folds: false, out _);
        var known = layout.Select(plan => plan.Name).ToHashSet(StringComparer.Ordinal);
        if (gguf.Names.FirstOrDefault(name => !known.Contains(name) && !config.Names.IsBuffer(name)) is { } extra)
            throw new FathomException($"{gguf.Location}: tensor '{ConfigText.Printable(extra)}' has no place in the Hugging Face files of a {config.Family} model");
        var parts = new Dictionary<string, SortedList<int, TensorPart>>(StringComparer.Ordinal);
        foreach (var plan in layout) Take(gguf, plan, parts);
        foreach (var (name, shape) in ParameterShapes.Of(config)) yield return (name, [.. shape.Select(size => (long)size)], [.. parts[name].Values]);
    }

    private static void Take(GgufFile gguf, GgufTensorPlan plan, Dictionary<string, SortedList<int, TensorPart>> parts)
    {
        if (!gguf.TryGetTensor(plan.Name, out var tensor)) throw new FathomException($"{gguf.Location}: tensor '{plan.Name}' is missing; download the file again");
        if (!tensor.Shape.SequenceEqual(plan.Shape)) throw new FathomException($"{gguf.Location}: tensor '{plan.Name}' has shape [{string.Join(", ", tensor.Shape)}], expected [{string.Join(", ", plan.Shape)}]");
        for (var i = 0; i < plan.Pieces.Count; i++)
        {
            var piece = plan.Pieces[i];
            var source = plan.Pieces.Count == 1 ? tensor : Slice(tensor, i, plan.Pieces.Count);
            if (!parts.TryGetValue(piece.Source, out var list)) parts.Add(piece.Source, list = []);
            var range = piece.Rows is { } rows && rows[^1] - rows[0] == rows.Length - 1 && rows.Index().All(row => row.Item == rows[0] + row.Index);
            list.Add(piece.Rows?[0] ?? 0, new TensorPart(source) { Rows = range ? null : Inverse(piece.Rows), Turned = piece.Turned, Shift = piece.AddsOne ? -1 : 0 });
        }
    }

    private static unsafe StoredTensor Slice(StoredTensor all, int part, int parts)
    {
        var bytes = all.ByteLength / parts;
        return new StoredTensor(all.Name, all.Type, all.Shape[1..], all.Data + part * bytes, bytes, all.Owner);
    }

    private static int[]? Inverse(int[]? rows)
    {
        if (rows is null) return null;
        var inverse = new int[rows.Length];
        for (var row = 0; row < rows.Length; row++) inverse[rows[row]] = row;
        return inverse;
    }
}
