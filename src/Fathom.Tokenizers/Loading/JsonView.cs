using System.Text.Json;
using Fathom.Tokenizers.Patterns;

namespace Fathom.Tokenizers.Loading;

/// <summary>An object of a settings file, with readers that name the file and the place when something is not as expected.</summary>
internal readonly struct JsonView
{
    private readonly JsonElement _element;

    /// <summary>Creates a view.</summary>
    /// <param name="element">The object.</param>
    /// <param name="source">The file's name.</param>
    /// <param name="place">Where in the file the object is, such as <c>normalizer</c>.</param>
    public JsonView(JsonElement element, string source, string place)
    {
        Source = source;
        Place = place;
        _element = element;
        if (element.ValueKind != JsonValueKind.Object)
            throw Wrong("is not an object");
    }

    /// <summary>The file's name.</summary>
    public string Source { get; }

    /// <summary>Where in the file the object is.</summary>
    public string Place { get; }

    /// <summary>The kind of component that the object describes.</summary>
    public string Type => Text("type");

    /// <summary>An error at this place.</summary>
    public FathomException Wrong(string what) => new($"{Source}: {Place} {what}. Mend the file or take it from the model's publisher again.");

    /// <summary>A value, if it is there and not null.</summary>
    public bool TryGet(string key, out JsonElement value) =>
        _element.TryGetProperty(key, out value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A text that must be there.</summary>
    public string Text(string key) => OptionalText(key) ?? throw Wrong($"has no '{key}'");

    /// <summary>A text, or null.</summary>
    public string? OptionalText(string key)
    {
        if (!TryGet(key, out var value))
            return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong($"has a '{key}' that is not text");
    }

    /// <summary>A truth value, or what to take where it is absent.</summary>
    public bool Flag(string key, bool otherwise)
    {
        if (!TryGet(key, out var value))
            return otherwise;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong($"has a '{key}' that is neither true nor false");
    }

    /// <summary>A whole number from 0 up, or what to take where it is absent.</summary>
    public int Count(string key, int? otherwise = null)
    {
        if (!TryGet(key, out var value))
            return otherwise ?? throw Wrong($"has no '{key}'");
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number is >= 0 and <= int.MaxValue
            ? (int)number
            : throw Wrong($"has a '{key}' that is not a whole number from 0 to {int.MaxValue}");
    }

    /// <summary>An object below.</summary>
    public JsonView View(string key) => TryGet(key, out var value) ? new JsonView(value, Source, $"{Place}.{key}") : throw Wrong($"has no '{key}'");

    /// <summary>The elements of an array, or none where it is absent.</summary>
    public List<JsonElement> Items(string key)
    {
        if (!TryGet(key, out var value))
            return [];
        return value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : throw Wrong($"has a '{key}' that is not a list");
    }

    /// <summary>The objects of an array.</summary>
    public List<JsonView> Views(string key)
    {
        var (source, place) = (Source, Place);
        return [.. Items(key).Select((e, i) => new JsonView(e, source, $"{place}.{key}[{i}]"))];
    }

    /// <summary>A pattern: a text as it is, or a regular expression.</summary>
    public Pattern Pattern(string key)
    {
        var view = View(key);
        if (view.OptionalText("String") is { } text)
            return new TextPattern(text);
        if (view.OptionalText("Regex") is { } regex)
            return KnownPatterns.Find(regex);
        throw view.Wrong("is neither a 'String' nor a 'Regex'");
    }
}
