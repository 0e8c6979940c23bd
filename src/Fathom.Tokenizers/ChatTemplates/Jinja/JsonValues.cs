using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>JSON as a template's values, keeping the order of keys and the difference between 1 and 1.0.</summary>
internal static class JsonValues
{
    public static Value Convert(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var dict = new DictBuilder();
                foreach (var property in element.EnumerateObject()) dict.Set(new StringValue(Name(property)), Convert(property.Value));
                return dict.Build();
            case JsonValueKind.Array:
                var items = new Value[element.GetArrayLength()];
                var index = 0;
                foreach (var item in element.EnumerateArray()) items[index++] = Convert(item);
                return new ListValue(items);
            case JsonValueKind.String: return new StringValue(Text(element));
            case JsonValueKind.Number: return Number(element);
            case JsonValueKind.True: return BoolValue.True;
            case JsonValueKind.False: return BoolValue.False;
            case JsonValueKind.Null: return NoneValue.Instance;
            default: throw new ArgumentException("an undefined JsonElement (default) is no value", nameof(element));
        }
    }

    private static string Text(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw new FathomException($"a JSON text has half a surrogate pair: {Shorten(element.GetRawText())}; write whole characters", error);
        }
    }

    private static string Name(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException error)
        {
            throw new FathomException("a JSON key has half a surrogate pair; write whole characters", error);
        }
    }

    private static Value Number(JsonElement element)
    {
        var raw = element.GetRawText();
        if (raw.AsSpan().IndexOfAny('.', 'e', 'E') >= 0) return new FloatValue(double.Parse(raw, NumberStyles.Float, CultureInfo.InvariantCulture));
        if (raw.Length > PythonNumbers.MaxDigits) throw new FathomException($"a JSON integer of {raw.Length} digits: {Shorten(raw)}; at most {PythonNumbers.MaxDigits} are read");
        return IntValue.Of(BigInteger.Parse(raw, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
