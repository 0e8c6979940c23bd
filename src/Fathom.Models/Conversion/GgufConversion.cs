using Fathom.Formats;
using Fathom.Models.Architectures;
using Fathom.Models.Running;
using Fathom.Tensors;

namespace Fathom.Models.Conversion;

/// <summary>Writes GGUF files.</summary>
internal static class GgufConversion
{
    /// <summary>From a folder: a family that this library can also read back from GGUF, or that llama.cpp knows by the same tensors.</summary>
    public static ConversionResult FromFolder(string folder, string output, ConversionOptions options, CancellationToken stop)
    {
        var files = ModelFiles.Open(folder);
        using var weights = files.Weights;
        var config = files.Config;
        var metadata = GgufModelMetadata.Of(config, folder);
        var notes = new List<string>();
        var plans = new List<PlannedTensor>();
        var plan = new DecoderPlan(config);
        var interleaved = GgufModelMetadata.IsInterleaved(config);
        foreach (var name in ParameterShapes.Of(config).Keys)
        {
            var tensor = weights.GetTensor(name);
            plans.Add(new PlannedTensor(GgufTensorNames.Of(config.Names, name), tensor, TypeChoice.ForGguf(tensor, options.Type, notes), interleaved ? RotaryOrder.ToGguf(name, config) : null));
        }

        // Files of tied models may hold a head of their own all the same, and it counts.
        if (config.TiedHead && weights.TryGetTensor(plan.Head, out var head) && !SameBytes(head, weights.GetTensor(plan.Embedding)))
            plans.Add(new PlannedTensor(GgufTensorNames.Of(config.Names, plan.Head), head, TypeChoice.ForGguf(head, options.Type, notes)));
        using var divisors = GgufModelMetadata.RopeDivisors(config);
        if (divisors is not null) plans.Insert(1, new PlannedTensor(GgufTensorNames.RopeDivisors, divisors.Tensor, DType.F32));
        if (options.Tokenizer) GgufTokenizerMetadata.Add(metadata, folder, config.Vocabulary, files.EndTokens, notes);
        return Write(plans, metadata, output, options, notes, stop);
    }

    /// <summary>From another GGUF file of any architecture: the same metadata and tensors, stored otherwise.</summary>
    public static ConversionResult Again(string gguf, string output, ConversionOptions options, CancellationToken stop)
    {
        using var file = GgufFile.Open(gguf);
        var metadata = new GgufMetadataBuilder();
        foreach (var (key, value) in file.Metadata.Values)
        {
            if (key is "general.alignment" or "general.file_type" or "general.quantization_version" || (!options.Tokenizer && key.StartsWith("tokenizer.", StringComparison.Ordinal))) continue;
            metadata.Add(key, value);
        }

        var notes = new List<string>();
        var plans = file.Names.Select(file.GetTensor).Select(tensor => new PlannedTensor(tensor.Name, tensor, TypeChoice.ForGguf(tensor, options.Type, notes))).ToList();
        return Write(plans, metadata, output, options, notes, stop);
    }

    private static ConversionResult Write(List<PlannedTensor> plans, GgufMetadataBuilder metadata, string output, ConversionOptions options, List<string> notes, CancellationToken stop)
    {
        var main = plans.GroupBy(plan => plan.Type).OrderByDescending(group => group.Sum(plan => plan.Bytes)).First().Key;
        if (GgufModelMetadata.FileType(main) is { } type) metadata.Add("general.file_type", type);
        if (plans.Exists(plan => DTypeInfo.Of(plan.Type).IsQuantised)) metadata.Add("general.quantization_version", 2);
        using var writer = GgufWriter.Create(output, metadata, [.. plans.Select(plan => new GgufEntry(plan.Name, plan.Type, plan.Shape))]);
        var bytes = ModelConverter.WriteAll(plans, writer.Write, options, stop);
        writer.Complete();
        return new ConversionResult(output, ConversionFormat.Gguf, plans.Count, bytes, ModelConverter.Count(plans), notes);
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
