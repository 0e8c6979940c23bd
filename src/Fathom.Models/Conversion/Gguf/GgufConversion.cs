using Fathom.Formats;
using Fathom.Models.Architectures;
using Fathom.Models.Running;
using Fathom.Tensors;

namespace Fathom.Models.Conversion;

/// <summary>Writes GGUF files.</summary>
internal static class GgufConversion
{
    /// <summary>From a folder of a family that llama.cpp knows.</summary>
    public static ConversionResult FromFolder(string folder, string output, ConversionOptions options, CancellationToken stop)
    {
        var files = ModelFiles.Open(folder);
        using var weights = files.Weights;
        var config = files.Config;
        var family = GgufFamilies.Of(config.Family, folder);
        GgufCheck.Refuse(family, config, folder);
        var source = new FolderTensors(weights, config);
        var head = source.OwnHeadOfTied();
        if (head is not null && family.Rules.Head == GgufHead.Tied) throw new FathomException($"{folder}: has a head other than the embedding table though it says they are tied, which llama.cpp's '{family.Rules.Architecture}' has no place for; remove one of them");
        List<string> notes = [.. files.Warnings, .. GgufCheck.Notes(family, config)];
        var types = new TypeChoice(options.Type);
        var layout = GgufTensorPlans.Of(family, config, family.Rules.Head == GgufHead.Own && head is null, folds: true, out var decided);
        if (decided.FoldedScales.Any(scale => scale != 1)) notes.Add($"llama.cpp has no key for this model's factor on scores: the queries are multiplied by {string.Join(", ", decided.FoldedScales.Distinct().Select(scale => scale.ToString("g6", System.Globalization.CultureInfo.InvariantCulture)))}");
        var plans = layout.ConvertAll(plan => Planned(plan, source, types));
        if (head is not null) plans.Add(new PlannedTensor("output.weight", head, types.ForGguf("output.weight", head.Shape, head.Type)));
        source.RefuseLeftOver();
        var metadata = Metadata(family, config, folder);
        var owned = GgufModelMetadata.RopeTensors(config).ToList();
        try
        {
            plans.InsertRange(1, owned.Select(tensor => new PlannedTensor(tensor.Tensor.Name, tensor.Tensor, DType.F32)));
            if (options.Tokenizer) GgufTokenizerMetadata.Add(metadata, folder, config.Vocabulary, files.EndTokens, notes);
            else GgufTokenizerMetadata.AddNone(metadata);
            notes.AddRange(types.Notes());
            return Write(plans, metadata, output, options, notes, stop);
        }
        finally
        {
            foreach (var tensor in owned) tensor.Dispose();
        }
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

        if (!options.Tokenizer) GgufTokenizerMetadata.AddNone(metadata);
        var types = new TypeChoice(options.Type);
        var plans = file.Names.Select(file.GetTensor).Select(tensor => new PlannedTensor(tensor.Name, tensor, types.ForGguf(tensor.Name, tensor.Shape, tensor.Type))).ToList();
        return Write(plans, metadata, output, options, [.. types.Notes()], stop);
    }

    private static GgufMetadataBuilder Metadata(GgufFamily family, DecoderConfig config, string folder)
    {
        try
        {
            return GgufModelMetadata.Of(family, config, Fathom.Formats.Hub.HubCache.NameOf(folder) ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))));
        }
        catch (FathomException refused)
        {
            throw new FathomException($"{folder}: {refused.Message}", refused);
        }
    }

    private static PlannedTensor Planned(GgufTensorPlan plan, FolderTensors source, TypeChoice types)
    {
        var parts = plan.Pieces.Select(piece => new TensorPart(source.Take(piece.Source))
        {
            Rows = piece.Rows,
            Turned = piece.Turned,
            Shift = piece.AddsOne ? 1 : 0,
            Scale = piece.Scale,
            ScaledRows = piece.ScaledRows,
        }).ToList();
        return new PlannedTensor(plan.Name, types.ForGguf(plan.Name, plan.Shape, parts[0].Source.Type), plan.Shape, parts);
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
}
