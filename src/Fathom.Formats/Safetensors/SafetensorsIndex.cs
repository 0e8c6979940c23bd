using System.Text.Json;

namespace Fathom.Formats;

/// <summary>The index of a sharded model, <c>model.safetensors.index.json</c> or PyTorch's: which file holds which tensor.</summary>
internal static class SafetensorsIndex
{
    /// <summary>A list of names; the largest models have some hundred thousand.</summary>
    public const int LongestBytes = 256 << 20;

    private const string WeightMap = "weight_map";

    /// <summary>Tensor name → file name, in the order of the index. File names are plain: they cannot lead out of the folder.</summary>
    public static OrderedDictionary<string, string> Parse(ReadOnlySpan<byte> json, string file, string ending = ".safetensors")
    {
        try
        {
            return Read(json, file, ending) ?? throw new FathomException($"{file}: has no \"{WeightMap}\"");
        }
        catch (JsonException broken)
        {
            throw new FathomException($"{file}: not valid JSON in line {(broken.LineNumber ?? 0) + 1}: {FileErrors.OneLine(broken.Message)}", broken);
        }
        catch (InvalidOperationException notText)
        {
            throw new FathomException($"{file}: has a string that is not valid Unicode", notText);
        }
    }

    private static OrderedDictionary<string, string>? Read(ReadOnlySpan<byte> json, string file, string ending)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 16 });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new FathomException($"{file}: is not a JSON object");
        OrderedDictionary<string, string>? map = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isMap = reader.ValueTextEquals(WeightMap);
            reader.Read();
            if (!isMap) reader.Skip();
            else if (map is null) map = ReadMap(ref reader, file, ending);
            else throw new FathomException($"{file}: has \"{WeightMap}\" twice");
        }

        while (reader.Read())
        {
        }

        return map;
    }

    private static OrderedDictionary<string, string> ReadMap(ref Utf8JsonReader reader, string file, string ending)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new FathomException($"{file}: \"{WeightMap}\" is not an object");
        var map = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var tensor = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String) throw new FathomException($"{file}: tensor {FileErrors.Quote(tensor)} is mapped to something other than a file name");
            var shard = reader.GetString()!;
            if (!IsPlainFileName(shard, ending)) throw new FathomException($"{file}: tensor {FileErrors.Quote(tensor)} is mapped to {FileErrors.Quote(shard)}, a plain file name in the same folder was expected");
            if (!map.TryAdd(tensor, shard)) throw new FathomException($"{file}: maps tensor {FileErrors.Quote(tensor)} twice");
        }

        return map;
    }

    private static bool IsPlainFileName(string name, string ending) =>
        name.EndsWith(ending, StringComparison.Ordinal) && name.AsSpan().IndexOfAny("/\\:") < 0 && !name.Any(char.IsControl);
}
