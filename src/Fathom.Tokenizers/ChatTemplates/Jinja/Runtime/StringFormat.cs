using System.Numerics;
using System.Text;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary><c>str.format</c> through the sandbox's look-up, so that fields reach nothing private.</summary>
internal sealed class StringFormat(StringValue format, Value[] positional, Value named)
{
    private readonly string _text = format.Text;
    private int _next;
    private bool? _automatic;

    public StringValue Format() => new(Expand(_text, 2), format.IsMarkup);

    private string Expand(string text, int depth)
    {
        if (depth < 0) throw Errors.Value("Max string recursion exceeded");
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is not ('{' or '}'))
            {
                result.Append(text[i]);
                continue;
            }

            var doubled = i + 1 < text.Length && text[i + 1] == text[i];
            if (doubled) result.Append(text[i++]);
            else if (text[i] == '}') throw Errors.Value("Single '}' encountered in format string");
            else if (i + 1 >= text.Length) throw Errors.Value("Single '{' encountered in format string");
            else i = ExpandField(text, i + 1, depth, result);
        }

        Budget.Allocate(result.Length);
        return result.ToString();
    }

    /// <summary>Writes the field that begins behind a brace; returns the position of its closing brace.</summary>
    private int ExpandField(string text, int start, int depth, StringBuilder result)
    {
        var end = start;
        var nested = 0;
        for (; end < text.Length; end++)
        {
            if (text[end] == '{') nested++;
            else if (text[end] == '}' && nested-- == 0) break;
        }

        if (end >= text.Length) throw Errors.Value("expected '}' before end of string");
        var field = text[start..end];
        var (name, conversion, specification) = Split(field);
        var value = Convert(Lookup(name), conversion);
        var expanded = specification.Contains('{', StringComparison.Ordinal) || specification.Contains('}', StringComparison.Ordinal) ? Expand(specification, depth - 1) : specification;
        var formatted = FormatSpec.Apply(value, expanded);
        result.Append(format.IsMarkup && value is not StringValue { IsMarkup: true } ? Markup.ForceEscape(formatted).Text : formatted);
        return end;
    }

    private static (string Name, char Conversion, string Specification) Split(string field)
    {
        var at = 0;
        var inBracket = false;
        while (at < field.Length && (inBracket || field[at] is not (':' or '!')))
        {
            if (field[at] == '[') inBracket = true;
            else if (field[at] == ']') inBracket = false;
            else if (field[at] == '{') throw Errors.Value("unexpected '{' in field name");
            at++;
        }

        var name = field[..at];
        if (at >= field.Length) return (name, '\0', "");
        if (field[at] == ':') return (name, '\0', field[(at + 1)..]);
        if (at + 1 >= field.Length) throw Errors.Value("end of string while looking for conversion specifier");
        var conversion = field[at + 1];
        if (at + 2 < field.Length && field[at + 2] != ':') throw Errors.Value("expected ':' after conversion specifier");
        return (name, conversion, at + 3 <= field.Length ? field[(at + 3)..] : "");
    }

    private static Value Convert(Value value, char conversion) => conversion switch
    {
        '\0' => value,
        's' => new StringValue(value.ToText()),
        'r' => new StringValue(value.Repr()),
        'a' => new StringValue(PercentFormat.Ascii(value.Repr())),
        _ => throw Errors.Value($"Unknown conversion specifier {conversion}"),
    };

    private Value Lookup(string name)
    {
        var at = name.IndexOfAny(['.', '[']);
        var first = at < 0 ? name : name[..at];
        var value = First(first);
        while (at >= 0 && at < name.Length)
        {
            if (name[at] == '.')
            {
                var end = name.IndexOfAny(['.', '['], at + 1);
                var attribute = end < 0 ? name[(at + 1)..] : name[(at + 1)..end];
                if (attribute.Length == 0) throw Errors.Value("Empty attribute in format string");
                value = Access.Attribute(value, attribute);
                at = end;
                continue;
            }

            var close = name.IndexOf(']', at);
            if (close < 0) throw Errors.Value("Missing ']' in format string");
            var key = name[(at + 1)..close];
            if (key.Length == 0) throw Errors.Value("Empty attribute in format string");
            value = Access.Item(value, IsNumber(key) ? IntValue.Of(BigInteger.Parse(key, System.Globalization.CultureInfo.InvariantCulture)) : new StringValue(key));
            at = close + 1;
            if (at < name.Length && name[at] is not ('.' or '[')) throw Errors.Value("Only '.' or '[' may follow ']' in format field specifier");
        }

        return value;
    }

    private Value First(string name)
    {
        if (name.Length == 0 || IsNumber(name))
        {
            if (_automatic is { } automatic && automatic != (name.Length == 0))
            {
                throw Errors.Value(automatic ? "cannot switch from automatic field numbering to manual field specification" : "cannot switch from manual field specification to automatic field numbering");
            }

            _automatic = name.Length == 0;
            var index = name.Length == 0 ? _next++ : name.Length > 9 ? int.MaxValue : int.Parse(name, System.Globalization.CultureInfo.InvariantCulture);
            return index < positional.Length ? positional[index] : throw Errors.Index("tuple index out of range");
        }

        var key = new StringValue(name);
        UndefinedValue.Refuse(named);
        return named.FindItem(key) ?? throw Errors.Key(key.Repr());
    }

    private static bool IsNumber(string text) => text.Length is > 0 and <= PythonNumbers.MaxDigits && text.All(char.IsAsciiDigit);
}
