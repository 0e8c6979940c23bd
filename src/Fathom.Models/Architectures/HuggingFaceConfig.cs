using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fathom.Models.Architectures;

/// <summary>A config.json (or a part of it) with readers that name file and key when a value is missing or of another kind. Null means absent.</summary>
internal sealed class HuggingFaceConfig
{
    private const long LongestFile = 16 << 20;
    private readonly string _place;
    private readonly JsonElement _root;

    private HuggingFaceConfig(string file, string place, JsonElement root)
    {
        File = file;
        _place = place;
        _root = root;
    }

    /// <summary>Path of the file.</summary>
    public string File { get; }

    /// <summary>The keys in the order of the file.</summary>
    public IEnumerable<string> Keys => _root.EnumerateObject().Select(property => property.Name);

    /// <summary>Reads a file.</summary>
    /// <exception cref="FathomException">It cannot be read or is not a JSON object.</exception>
    public static HuggingFaceConfig Load(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > LongestFile }) throw new FathomException($"{path}: is longer than {LongestFile} bytes, which no configuration is");
            return Parse(System.IO.File.ReadAllBytes(path), path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FathomException($"{path}: cannot be read: {failure.Message.ReplaceLineEndings(" ")}", failure);
        }
    }

    /// <summary>Reads bytes; <paramref name="file"/> stands for the path in messages.</summary>
    /// <exception cref="FathomException">They are not a JSON object, or a key stands twice.</exception>
    public static HuggingFaceConfig Parse(ReadOnlySpan<byte> utf8, string file)
    {
        try
        {
            if (utf8.StartsWith("\uFEFF"u8)) utf8 = utf8[3..];
            using var document = JsonDocument.Parse(utf8.ToArray(), new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 64 });
            CheckTexts(document.RootElement);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new HuggingFaceConfig(file, "", document.RootElement.Clone())
                : throw new FathomException($"{file}: is a JSON {document.RootElement.ValueKind.ToString().ToLowerInvariant()}, an object was expected");
        }
        catch (JsonException failure)
        {
            throw new FathomException($"{file}: is not JSON: {failure.Message.ReplaceLineEndings(" ")}", failure);
        }
        catch (InvalidOperationException notText)
        {
            throw new FathomException($"{file}: has a text that is not valid Unicode; download it again", notText);
        }
    }

    // A JSON text is decoded when it is asked for: one that is no Unicode would come to light in the middle of something else.
    private static void CheckTexts(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                _ = value.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray()) CheckTexts(item);
                break;
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    _ = property.Name;
                    CheckTexts(property.Value);
                }

                break;
        }
    }

    /// <summary>Whether the key is there and not null.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>Whether the key is there, be it null.</summary>
    public bool Mentions(string key) => _root.TryGetProperty(key, out _);

    /// <summary>Whether the key says nothing: absent, null, false, an empty text, list or object.</summary>
    public bool IsNeutral(string key) => Find(key) switch
    {
        null or { ValueKind: JsonValueKind.False } => true,
        { ValueKind: JsonValueKind.String } value => value.GetString()!.Length == 0,
        { ValueKind: JsonValueKind.Array } value => value.GetArrayLength() == 0,
        { ValueKind: JsonValueKind.Object } value => !value.EnumerateObject().Any(),
        _ => false,
    };

    /// <summary>Whether the value is a text.</summary>
    public bool IsText(string key) => Find(key) is { ValueKind: JsonValueKind.String };

    /// <summary>Whether the value is a number.</summary>
    public bool IsNumber(string key) => Find(key) is { ValueKind: JsonValueKind.Number };

    /// <summary>The object under a key, or <see langword="null"/>.</summary>
    public HuggingFaceConfig? Section(string key) => Find(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } value => new HuggingFaceConfig(File, _place + key + ".", value),
        { } value => throw Wrong(key, value, "an object"),
    };

    /// <summary>A value as it stands in the file.</summary>
    public JsonNode? Json(string key) => _root.TryGetProperty(key, out var value) ? JsonNode.Parse(value.GetRawText()) : null;

    /// <summary>A whole number of at least <paramref name="least"/> that must be there unless <paramref name="otherwise"/> is given.</summary>
    public int Int32(string key, int least = 1, int? otherwise = null) => Find(key) switch
    {
        null => otherwise ?? throw Missing(key),
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out var number) && number >= least => number,
        { } value => throw Wrong(key, value, $"a whole number from {least} to {int.MaxValue}"),
    };

    /// <summary>A finite number that must be there unless <paramref name="otherwise"/> is given.</summary>
    public double Double(string key, double? otherwise = null) => Find(key) switch
    {
        null => otherwise ?? throw Missing(key),
        { ValueKind: JsonValueKind.Number } value when value.TryGetDouble(out var number) && double.IsFinite(number) => number,
        { } value => throw Wrong(key, value, "a number"),
    };

    /// <summary>A positive number that must be there unless <paramref name="otherwise"/> is given.</summary>
    public double Positive(string key, double? otherwise = null) => Double(key, otherwise) is > 0 and var number ? number : throw Wrong(key, Find(key), "a number above 0");

    /// <summary>A truth value, or <paramref name="otherwise"/>.</summary>
    public bool Boolean(string key, bool otherwise) => Find(key) switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => throw Wrong(key, value, "true or false"),
    };

    /// <summary>A text, or <paramref name="otherwise"/>.</summary>
    public string? String(string key, string? otherwise = null) => Find(key) switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { } value => throw Wrong(key, value, "a text"),
    };

    /// <summary>A list of texts, or <see langword="null"/>.</summary>
    public string[]? Strings(string key) => Find(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } value when value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) => [.. value.EnumerateArray().Select(item => item.GetString()!)],
        { } value => throw Wrong(key, value, "a list of texts"),
    };

    /// <summary>A whole number or a list of them (token ids); empty where the key is absent.</summary>
    public int[] Ids(string key)
    {
        if (Find(key) is not { } value) return [];
        var items = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToArray() : [value];
        var ids = new int[items.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            if (items[i].ValueKind != JsonValueKind.Number || !items[i].TryGetInt32(out ids[i]) || ids[i] < 0) throw Wrong(key, value, "a token id or a list of them");
        }

        return ids;
    }

    /// <summary>A list of finite numbers; empty where the key is absent.</summary>
    public double[] Doubles(string key)
    {
        if (Find(key) is not { } value) return [];
        var numbers = new List<double>();
        if (value.ValueKind != JsonValueKind.Array) throw Wrong(key, value, "a list of numbers");
        foreach (var item in value.EnumerateArray())
            numbers.Add(item.ValueKind == JsonValueKind.Number && item.TryGetDouble(out var number) && double.IsFinite(number) ? number : throw Wrong(key, value, "a list of numbers"));
        return [.. numbers];
    }

    /// <summary>Refuses a value that would change results and is not supported.</summary>
    public FathomException Unsupported(string key, string supported) =>
        new($"{File}: {_place}{key} is {Show(Find(key))}, which is not supported and would change results; supported: {supported}");

    /// <summary>An error that names file and key.</summary>
    public FathomException Wrong(string key, string what) => new($"{File}: {_place}{key} {what}");

    private FathomException Missing(string key) => new($"{File}: {_place}{key} is missing; is this the config.json of a language model?");

    private FathomException Wrong(string key, JsonElement? value, string expected) => new($"{File}: {_place}{key} is {Show(value)}, expected {expected}");

    private JsonElement? Find(string key) => _root.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string Show(JsonElement? value) => value is null ? "absent" : ConfigText.Printable(value.Value.GetRawText().ReplaceLineEndings(" "));
}
