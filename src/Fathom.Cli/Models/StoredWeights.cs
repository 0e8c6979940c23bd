using System.Text.Json.Nodes;
using Fathom.Formats;
using Fathom.Tensors;

namespace Fathom.Cli.Models;

/// <summary>How a model's weights are stored: tensors, parameters and bytes of each type.</summary>
internal sealed record StoredWeights(string Type, int Tensors, long Parameters, long Bytes)
{
    /// <summary>As results hold it.</summary>
    public JsonObject ToJson() => new() { ["type"] = Type, ["tensors"] = Tensors, ["parameters"] = Parameters, ["bytes"] = Bytes };

    /// <summary>Reads the heads of the model's files again; largest share first.</summary>
    public static IReadOnlyList<StoredWeights> Of(string location)
    {
        using var source = Open(location);
        return
        [
            .. source.Names.Select(source.GetTensor)
                .GroupBy(tensor => DTypeInfo.Of(tensor.Type).Name, StringComparer.Ordinal)
                .Select(group => new StoredWeights(group.Key, group.Count(), group.Sum(tensor => tensor.ElementCount), group.Sum(tensor => tensor.ByteLength)))
                .OrderByDescending(entry => entry.Bytes)
                .ThenBy(entry => entry.Type, StringComparer.Ordinal),
        ];
    }

    /// <summary>The same for anything, be it no model that is known; empty where the weights cannot be read.</summary>
    public static IReadOnlyList<StoredWeights> OrNone(string location)
    {
        try
        {
            return Of(location);
        }
        catch (FathomException)
        {
            // What is wrong with them is said where the model is refused, and in the verdicts.
            return [];
        }
    }

    private static ITensorSource Open(string location) => Path.GetExtension(location).ToLowerInvariant() switch
    {
        ".safetensors" when File.Exists(location) => SafetensorsFile.Open(location),
        ".bin" or ".pt" or ".pth" when File.Exists(location) => PyTorchFile.Open(location),
        _ => GgufIn(location) is { } gguf ? GgufFile.Open(gguf) : WeightsFolder.Open(location),
    };

    private static string? GgufIn(string location) => File.Exists(location)
        ? location
        : File.Exists(Path.Combine(location, "config.json")) ? null : Directory.GetFiles(location, "*.gguf").Order(StringComparer.Ordinal).FirstOrDefault();
}
