using Fathom.Formats;
using Fathom.Tensors;

namespace Fathom.Cli.Models;

/// <summary>How a model's weights are stored: tensors, parameters and bytes of each type.</summary>
internal sealed record StoredWeights(string Type, int Tensors, long Parameters, long Bytes)
{
    /// <summary>Reads the heads of the model's files again; largest share first.</summary>
    public static IReadOnlyList<StoredWeights> Of(string location)
    {
        using ITensorSource source = GgufIn(location) is { } gguf ? GgufFile.Open(gguf) : WeightsFolder.Open(location);
        return
        [
            .. source.Names.Select(source.GetTensor)
                .GroupBy(tensor => DTypeInfo.Of(tensor.Type).Name, StringComparer.Ordinal)
                .Select(group => new StoredWeights(group.Key, group.Count(), group.Sum(tensor => tensor.ElementCount), group.Sum(tensor => tensor.ByteLength)))
                .OrderByDescending(entry => entry.Bytes)
                .ThenBy(entry => entry.Type, StringComparer.Ordinal),
        ];
    }

    private static string? GgufIn(string location) => File.Exists(location)
        ? location
        : File.Exists(Path.Combine(location, "config.json")) ? null : Directory.GetFiles(location, "*.gguf").Order(StringComparer.Ordinal).FirstOrDefault();
}
