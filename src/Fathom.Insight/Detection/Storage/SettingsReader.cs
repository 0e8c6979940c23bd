using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fathom.Insight.Detection;

/// <summary>Reads one JSON object strictly: every key must be there, of its type, and none may be left over.</summary>
internal sealed class SettingsReader(JsonObject json, string place)
{
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    public string Text(string key) => Value(key) is JsonValue value && value.TryGetValue(out string? text) ? text : throw Wrong(key, "a string");

    /// <summary>Whether the key is there, for settings that files made before it existed do not have.</summary>
    public bool Has(string key) => json.ContainsKey(key);

    /// <summary>A text that files made before the key existed do not have.</summary>
    public string TextOr(string key, string fallback) => json.ContainsKey(key) ? Text(key) : fallback;

    public double Number(string key) => Value(key) is JsonValue value && value.TryGetValue(out double number) && double.IsFinite(number) ? number : throw Wrong(key, "a number");

    public int Integer(string key) => Value(key) is JsonValue value && value.TryGetValue(out int number) ? number : throw Wrong(key, "an integer");

    public bool Truth(string key) => Value(key) is JsonValue value && value.TryGetValue(out bool truth) ? truth : throw Wrong(key, "true or false");

    public int? OptionalInteger(string key) => Value(key) is null ? null : Integer(key);

    public T Choice<T>(string key)
        where T : struct, Enum
    {
        var word = Text(key);
        foreach (var value in Enum.GetValues<T>())
        {
            if (Word(value) == word)
            {
                return value;
            }
        }

        throw Wrong(key, $"one of {string.Join(", ", Enum.GetValues<T>().Select(Word))}");
    }

    public SettingsReader Object(string key) => Value(key) is JsonObject value ? new SettingsReader(value, $"{place}.{key}") : throw Wrong(key, "an object");

    public SettingsReader? OptionalObject(string key) => Value(key) is null ? null : Object(key);

    public IReadOnlyList<SettingsReader> Objects(string key) => Value(key) is JsonArray array
        ? [.. array.Select((item, i) => item is JsonObject value ? new SettingsReader(value, $"{place}.{key}[{i}]") : throw Wrong($"{key}[{i}]", "an object"))]
        : throw Wrong(key, "a list");

    public void EnsureAllRead()
    {
        foreach (var (key, _) in json)
        {
            if (!_read.Contains(key))
            {
                throw new FathomException($"{place}.{key} is not known to this version of Fathom");
            }
        }
    }

    private JsonNode? Value(string key)
    {
        _read.Add(key);
        return json.TryGetPropertyValue(key, out var value) ? value : throw new FathomException($"{place}.{key} is missing");
    }

    private FathomException Wrong(string key, string expected) => new($"{place}.{key}: expected {expected}");
}
