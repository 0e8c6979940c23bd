using System.Globalization;
using System.Numerics;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>Python's format specification: <c>[[fill]align][sign][#][0][width][grouping][.precision][type]</c>.</summary>
internal readonly record struct FormatSpec(string Fill, char Align, char? Sign, bool Alternate, int Width, char Grouping, int Precision, char Type)
{
    private const int MaxWidth = 1 << 20;

    public static string Apply(Value value, string specification)
    {
        if (specification.Length == 0) return value.ToText();
        if (value is StringValue text) return Parse(specification, '<', value).FormatText(text.Text);
        if (value is FloatValue number) return Parse(specification, '>', value).FormatFloat(number.Number);
        if (PythonNumbers.TryInteger(value, out var integer)) return Parse(specification, '>', value).FormatInteger(value, integer);
        throw Errors.Type($"unsupported format string passed to {value.TypeName}.__format__");
    }

    private static FormatSpec Parse(string text, char defaultAlign, Value value)
    {
        var at = 0;
        var fill = " ";
        var align = '\0';
        var fillSize = char.IsHighSurrogate(text[0]) && text.Length > 1 ? 2 : 1;
        if (text.Length > fillSize && text[fillSize] is '<' or '>' or '=' or '^' && text.Length > fillSize)
        {
            fill = text[..fillSize];
            align = text[fillSize];
            at = fillSize + 1;
        }
        else if (text[0] is '<' or '>' or '=' or '^')
        {
            align = text[at++];
        }

        var sign = at < text.Length && text[at] is '+' or '-' or ' ' && at < text.Length ? text[at++] : (char?)null;
        var alternate = at < text.Length && text[at] == '#';
        if (alternate) at++;
        if (at < text.Length && text[at] == '0')
        {
            at++;
            if (align == '\0' && defaultAlign == '>') (fill, align) = ("0", '=');
            else if (align == '\0') fill = "0";
        }

        var width = Number(text, ref at, 0);
        var grouping = at < text.Length && text[at] is ',' or '_' && at < text.Length ? text[at++] : '\0';
        var precision = -1;
        if (at < text.Length && text[at] == '.')
        {
            at++;
            precision = Number(text, ref at, -1);
            if (precision < 0) throw Errors.Value("Format specifier missing precision");
        }

        var type = at < text.Length ? text[at++] : '\0';
        if (at < text.Length) throw Errors.Value($"Invalid format specifier '{text}' for object of type '{value.TypeName}'");
        return new FormatSpec(fill, align == '\0' ? defaultAlign : align, sign, alternate, width, grouping, precision, type);
    }

    private static int Number(string text, ref int at, int missing)
    {
        var start = at;
        var value = 0;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            value = (value * 10) + (text[at++] - '0');
            if (value > MaxWidth) throw Errors.Value("Too many decimal digits in format string");
        }

        return at == start ? missing : value;
    }

    private string FormatText(string text)
    {
        if (Type is not ('\0' or 's')) throw Errors.Value($"Unknown format code '{Type}' for object of type 'str'");
        if (Sign is not null) throw Errors.Value($"{(Sign == ' ' ? "Space" : "Sign")} not allowed in string format specifier");
        if (Alternate) throw Errors.Value("Alternate form (#) not allowed in string format specifier");
        if (Grouping != '\0') throw Errors.Value($"Cannot specify '{Grouping}' with 's'.");
        if (Align == '=') throw Errors.Value("'=' alignment not allowed in string format specifier");
        if (Precision >= 0)
        {
            var value = new StringValue(text);
            text = value.Range(0, Math.Min(Precision, value.Length));
        }

        return Pad("", text);
    }

    private string FormatInteger(Value original, BigInteger number)
    {
        if (Type is 'e' or 'E' or 'f' or 'F' or 'g' or 'G' or '%') return FormatFloat(PythonNumbers.ToDouble(original));
        if (Precision >= 0) throw Errors.Value("Precision not allowed in integer format specifier");
        var absolute = BigInteger.Abs(number);
        var (prefix, digits) = Type switch
        {
            '\0' or 'd' or 'n' => ("", PythonNumbers.Repr(absolute)),
            'x' => ("0x", InBase(absolute, 16)),
            'X' => ("0X", InBase(absolute, 16).ToUpperInvariant()),
            'o' => ("0o", InBase(absolute, 8)),
            'b' => ("0b", InBase(absolute, 2)),
            'c' => ("", Character(number)),
            _ => throw Errors.Value($"Unknown format code '{Type}' for object of type '{original.TypeName}'"),
        };
        if (Grouping != '\0') digits = Group(digits, Grouping, Type is 'x' or 'X' or 'o' or 'b' ? 4 : 3);
        return Pad(SignOf(number.Sign < 0) + (Alternate ? prefix : ""), digits);
    }

    private string FormatFloat(double number)
    {
        var type = Type == 'n' ? 'g' : Type;
        var magnitude = Math.Abs(number);
        if (type == '%') magnitude *= 100;
        var precision = Precision < 0 ? 6 : Precision;
        string digits;
        if (!double.IsFinite(magnitude)) digits = double.IsNaN(magnitude) ? "nan" : "inf";
        else digits = type switch
        {
            'f' or 'F' or '%' => Decimals.Fixed(magnitude, precision),
            'e' or 'E' => Decimals.Exponential(magnitude, precision),
            'g' or 'G' => Decimals.General(magnitude, precision, Alternate),
            '\0' when Precision < 0 => PythonNumbers.Repr(magnitude),
            '\0' => WithPoint(Decimals.General(magnitude, Math.Max(Precision, 1), Alternate)),
            _ => throw Errors.Value($"Unknown format code '{Type}' for object of type 'float'"),
        };
        if (Grouping != '\0')
        {
            var end = digits.IndexOfAny(['.', 'e']);
            digits = end < 0 ? Group(digits, Grouping, 3) : Group(digits[..end], Grouping, 3) + digits[end..];
        }

        if (type == '%') digits += "%";
        if (type is 'E' or 'F' or 'G') digits = digits.ToUpperInvariant();
        return Pad(SignOf(double.IsNegative(number) && !double.IsNaN(number)), digits);
    }

    private static string WithPoint(string digits) => digits.Contains('.', StringComparison.Ordinal) || digits.Contains('e', StringComparison.Ordinal) ? digits : digits + ".0";

    private string SignOf(bool negative) => negative ? "-" : Sign is '+' or ' ' ? Sign.ToString()! : "";

    private string Pad(string sign, string body)
    {
        var missing = Width - PythonText.CodePointCount(sign) - PythonText.CodePointCount(body);
        if (missing <= 0) return sign + body;
        Budget.Allocate(missing);
        var left = Align switch { '<' => 0, '^' => missing / 2, _ => missing };
        var before = Repeat(Fill, left);
        return Align == '=' ? sign + before + body : before + sign + body + Repeat(Fill, missing - left);
    }

    private static string Repeat(string fill, int count) => count <= 0 ? "" : fill.Length == 1 ? new string(fill[0], count) : string.Concat(Enumerable.Repeat(fill, count));

    private static string Group(string digits, char mark, int size)
    {
        for (var at = digits.Length - size; at > 0; at -= size) digits = digits.Insert(at, mark.ToString());
        return digits;
    }

    /// <summary>Digits of a number that is not negative, in lower case.</summary>
    public static string InBase(BigInteger number, int numberBase)
    {
        if (number.IsZero) return "0";
        if (numberBase == 16) return number.ToString("x", CultureInfo.InvariantCulture).TrimStart('0');
        if (numberBase == 2) return number.ToString("b", CultureInfo.InvariantCulture).TrimStart('0');
        var digits = new Stack<char>();
        for (; !number.IsZero; number >>= 3) digits.Push((char)('0' + (int)(number & 7)));
        return new string([.. digits]);
    }

    public static string Character(BigInteger number)
    {
        if (number < 0 || number > 0x10ffff) throw Errors.Overflow("%c arg not in range(0x110000)");
        return number >= 0x10000 ? char.ConvertFromUtf32((int)number) : ((char)(int)number).ToString();
    }
}
