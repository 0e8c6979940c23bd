using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Fathom.Training.Recipes;

/// <summary>Puts YAML into records: keys are the properties in snake case, all others are refused.</summary>
internal static class RecipeBinder
{
    /// <summary>Makes a record of a whole file.</summary>
    public static T Bind<T>(RecipeSource source)
        where T : new() => (T)Record(typeof(T), source.Root, "", source);

    private static object Record(Type type, YamlNode node, string path, RecipeSource source)
    {
        if (node is not YamlMappingNode mapping) throw source.Wrong(path, $"is {Show(node)}, a mapping of keys to values was expected", node);
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite).ToDictionary(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name), StringComparer.Ordinal);
        var record = Activator.CreateInstance(type)!;
        foreach (var (key, value) in mapping.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            var at = path.Length == 0 ? name : $"{path}.{name}";
            if (!properties.TryGetValue(name, out var property)) throw source.Wrong(at, $"is not a known key; {Nearest.Suggest(name, properties.Keys)}", key);
            source.Note(at, value);
            if (IsNull(value))
            {
                if (Nullable.GetUnderlyingType(property.PropertyType) is null && new NullabilityInfoContext().Create(property).WriteState != NullabilityState.Nullable)
                    throw source.Wrong(at, "has no value; give one or leave the key out", value);
                property.SetValue(record, null);
                continue;
            }

            property.SetValue(record, Value(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, value, at, source));
        }

        return record;
    }

    private static object Value(Type type, YamlNode node, string path, RecipeSource source)
    {
        if (type == typeof(JsonObject)) return Json(node, path, source) as JsonObject ?? throw source.Wrong(path, $"is {Show(node)}, a mapping of keys to values was expected", node);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)) return List(type.GetGenericArguments()[0], node, path, source);
        if (!type.IsEnum && type != typeof(string) && type.IsClass) return Record(type, node, path, source);
        if (node is not YamlScalarNode { Value: { } text } scalar) throw source.Wrong(path, $"is {Show(node)}, {Expected(type)} was expected", node);
        object? value = null;
        if (type == typeof(string)) value = text;
        else if (type.IsEnum) value = Enum.GetValues(type).Cast<object>().FirstOrDefault(candidate => NameOf(candidate) == text);
        else if (scalar.Style == ScalarStyle.Plain) value = Number(type, text);
        return value ?? throw source.Wrong(path, $"is {Show(node)}, {Expected(type)} was expected", node);
    }

    private static object? Number(Type type, string text)
    {
        if (type == typeof(bool)) return text is "true" or "True" ? true : text is "false" or "False" ? false : null;
        if (type == typeof(int)) return int.TryParse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : null;
        if (text is ".nan" or ".NaN" or "nan" or "NaN") return double.NaN;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private static Array List(Type element, YamlNode node, string path, RecipeSource source)
    {
        if (node is not YamlSequenceNode sequence) throw source.Wrong(path, $"is {Show(node)}, a list was expected, such as [a, b]", node);
        var list = Array.CreateInstance(element, sequence.Children.Count);
        for (var i = 0; i < list.Length; i++) list.SetValue(Value(element, sequence.Children[i], $"{path}[{i}]", source), i);
        return list;
    }

    private static JsonNode? Json(YamlNode node, string path, RecipeSource source) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(pair =>
        {
            var key = (pair.Key as YamlScalarNode)?.Value ?? throw source.Wrong(path, "has a key that is not a word", pair.Key);
            return KeyValuePair.Create(key, Json(pair.Value, $"{path}.{key}", source));
        })),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select((child, i) => Json(child, $"{path}[{i}]", source))]),
        YamlScalarNode scalar when IsNull(scalar) => null,
        YamlScalarNode { Style: ScalarStyle.Plain, Value: { } text } => Number(typeof(bool), text) is bool truth ? truth
            : Number(typeof(int), text) is int whole ? whole
            : Number(typeof(double), text) is double number && double.IsFinite(number) ? number
            : text,
        YamlScalarNode scalar => scalar.Value,
        _ => throw source.Wrong(path, "is of a kind that JSON does not have", node),
    };

    private static bool IsNull(YamlNode node) => node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };

    private static string Expected(Type type) => type.IsEnum ? $"one of {string.Join(", ", Enum.GetValues(type).Cast<object>().Select(NameOf))}"
        : type == typeof(int) ? "a whole number"
        : type == typeof(double) ? "a number"
        : type == typeof(bool) ? "true or false"
        : "a text";

    private static string NameOf(object value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()!);

    private static string Show(YamlNode node) => node switch
    {
        YamlMappingNode => "a mapping",
        YamlSequenceNode => "a list",
        YamlScalarNode { Value: { Length: <= 60 } text } => $"'{text.ReplaceLineEndings(" ")}'",
        YamlScalarNode { Value: { } text } => $"'{text.ReplaceLineEndings(" ")[..60]}…'",
        _ => "nothing",
    };
}
