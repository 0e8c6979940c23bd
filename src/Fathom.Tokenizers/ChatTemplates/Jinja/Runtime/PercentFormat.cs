using System.Globalization;
using System.Numerics;
using System.Text;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary><c>'…%s…' % values</c></summary>
internal sealed class PercentFormat
{
    private const int MaxWidth = 1 << 20;

    private readonly string _text;
    private readonly Value _values;
    private readonly bool _isMarkup;
    private int _at;
    private int _used;

    private PercentFormat(StringValue format, Value values)
    {
        _text = format.Text;
        _isMarkup = format.IsMarkup;
        _values = values;
    }

    public static StringValue Format(StringValue format, Value values) => new(new PercentFormat(format, values).Expand(), format.IsMarkup);

    private string Expand()
    {
        var result = new StringBuilder(_text.Length);
        while (_at < _text.Length)
        {
            var next = _text.IndexOf('%', _at);
            if (next < 0) next = _text.Length;
            result.Append(_text, _at, next - _at);
            _at = next + 1;
            if (next < _text.Length) result.Append(Conversion());
        }

        Budget.Allocate(result.Length);
        var count = _values is TupleValue tuple ? tuple.Items.Length : 1;
        var isMapping = _values is DictValue or ListValue or UndefinedValue or RangeValue;
        if (_used < count && !isMapping) throw Errors.Type("not all arguments converted during string formatting");
        return result.ToString();
    }

    private string Conversion()
    {
        if (Peek() == '%')
        {
            _at++;
            return "%";
        }

        Value? named = null;
        if (Peek() == '(') named = Named();
        var flags = "";
        while (Peek() is '-' or '+' or ' ' or '#' or '0') flags += _text[_at++];
        var width = Number() ?? 0;
        var precision = -1;
        if (Peek() == '.')
        {
            _at++;
            precision = Number() ?? 0;
        }

        while (Peek() is 'h' or 'l' or 'L') _at++;
        if (_at >= _text.Length) throw Errors.Value("incomplete format");
        var kind = _text[_at++];
        var value = named ?? Next();
        if (width < 0)
        {
            flags += '-';
            width = -width;
        }

        var (sign, body) = Convert(kind, value, flags, precision);
        var missing = width - sign.Length - PythonText.CodePointCount(body);
        if (missing <= 0) return sign + body;
        Budget.Allocate(missing);
        if (flags.Contains('-', StringComparison.Ordinal)) return sign + body + new string(' ', missing);
        var zeros = flags.Contains('0', StringComparison.Ordinal) && kind is not ('s' or 'r' or 'a' or 'c');
        return zeros ? sign + new string('0', missing) + body : new string(' ', missing) + sign + body;
    }

    private char Peek() => _at < _text.Length ? _text[_at] : '\0';

    private Value Named()
    {
        if (_values is not (DictValue or UndefinedValue)) throw Errors.Type("format requires a mapping");
        UndefinedValue.Refuse(_values);
        var start = ++_at;
        for (var depth = 1; _at < _text.Length; _at++)
        {
            if (_text[_at] == '(') depth++;
            else if (_text[_at] == ')' && --depth == 0) break;
        }

        if (_at >= _text.Length) throw Errors.Value("incomplete format key");
        var key = new StringValue(_text[start.._at++]);
        _used = int.MaxValue;
        return _values.FindItem(key) ?? throw Errors.Key(key.Repr());
    }

    private int? Number()
    {
        if (Peek() == '*')
        {
            _at++;
            var value = Next();
            return PythonNumbers.TryInteger(value, out var number) ? Limit(number) : throw Errors.Type("* wants int");
        }

        var start = _at;
        while (char.IsAsciiDigit(Peek())) _at++;
        return _at == start ? null : Limit(_at - start > 9 ? MaxWidth + 1 : BigInteger.Parse(_text.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture));
    }

    private static int Limit(BigInteger number) => BigInteger.Abs(number) <= MaxWidth ? (int)number : throw Errors.Limit($"a width or precision above {MaxWidth}");

    private Value Next()
    {
        var items = _values is TupleValue tuple ? tuple.Items : null;
        var count = items?.Length ?? 1;
        if (_used >= count) throw Errors.Type("not enough arguments for format string");
        return items is null ? Single() : items[_used++];
    }

    private Value Single()
    {
        _used++;
        return _values;
    }

    private (string Sign, string Body) Convert(char kind, Value value, string flags, int precision)
    {
        switch (kind)
        {
            case 's': return ("", Cut(_isMarkup ? Markup.Escape(value).Text : value.ToText(), precision));
            case 'r': return ("", Cut(value.Repr(), precision));
            case 'a': return ("", Cut(Ascii(value.Repr()), precision));
            case 'c': return ("", Character(value));
            case 'd' or 'i' or 'u': return Integer(kind, Truncate(kind, value), "", n => PythonNumbers.Repr(n), flags, precision);
            case 'x': return Integer(kind, Whole(kind, value), "0x", n => FormatSpec.InBase(n, 16), flags, precision);
            case 'X': return Integer(kind, Whole(kind, value), "0X", n => FormatSpec.InBase(n, 16).ToUpperInvariant(), flags, precision);
            case 'o': return Integer(kind, Whole(kind, value), "0o", n => FormatSpec.InBase(n, 8), flags, precision);
            case 'e' or 'E' or 'f' or 'F' or 'g' or 'G': return Float(kind, value, flags, precision);
            default:
                var code = Rune.TryGetRuneAt(_text, _at - 1, out var rune) ? rune.Value : kind;
                throw Errors.Value($"unsupported format character '{(code is > 31 and < 128 ? kind : '?')}' (0x{code:x}) at index {new StringValue(_text).Index(_at - 1)}");
        }
    }

    private static string Cut(string text, int precision)
    {
        if (precision < 0) return text;
        var value = new StringValue(text);
        return value.Range(0, Math.Min(precision, value.Length));
    }

    private static string Character(Value value)
    {
        if (value is StringValue { Length: 1 } text) return text.Text;
        return PythonNumbers.TryInteger(value, out var number) ? FormatSpec.Character(number) : throw Errors.Type("%c requires int or char");
    }

    private static BigInteger Truncate(char kind, Value value)
    {
        UndefinedValue.Refuse(value);
        if (PythonNumbers.TryInteger(value, out var number)) return number;
        if (value is not FloatValue f) throw Errors.Type($"%{kind} format: a real number is required, not {value.TypeName}");
        if (double.IsNaN(f.Number)) throw Errors.Value("cannot convert float NaN to integer");
        return double.IsInfinity(f.Number) ? throw Errors.Overflow("cannot convert float infinity to integer") : new BigInteger(f.Number);
    }

    private static BigInteger Whole(char kind, Value value) =>
        PythonNumbers.TryInteger(value, out var number) ? number : throw Errors.Type($"%{kind} format: an integer is required, not {value.TypeName}");

    private static (string Sign, string Body) Integer(char kind, BigInteger number, string prefix, Func<BigInteger, string> digits, string flags, int precision)
    {
        var body = digits(BigInteger.Abs(number));
        if (precision > body.Length)
        {
            Budget.Allocate(precision);
            body = body.PadLeft(precision, '0');
        }

        return (SignOf(number.Sign < 0, flags) + (kind is not ('d' or 'i' or 'u') && flags.Contains('#', StringComparison.Ordinal) ? prefix : ""), body);
    }

    private static (string Sign, string Body) Float(char kind, Value value, string flags, int precision)
    {
        if (value is not FloatValue && !PythonNumbers.TryInteger(value, out _))
        {
            UndefinedValue.Refuse(value);
            throw Errors.Type($"must be real number, not {value.TypeName}");
        }

        var number = PythonNumbers.ToDouble(value);
        var magnitude = Math.Abs(number);
        if (precision < 0) precision = 6;
        var body = !double.IsFinite(magnitude) ? (double.IsNaN(magnitude) ? "nan" : "inf") : char.ToLowerInvariant(kind) switch
        {
            'f' => Decimals.Fixed(magnitude, precision),
            'e' => Decimals.Exponential(magnitude, precision),
            _ => Decimals.General(magnitude, precision, flags.Contains('#', StringComparison.Ordinal)),
        };
        return (SignOf(double.IsNegative(number) && !double.IsNaN(number), flags), char.IsUpper(kind) ? body.ToUpperInvariant() : body);
    }

    private static string SignOf(bool negative, string flags) =>
        negative ? "-" : flags.Contains('+', StringComparison.Ordinal) ? "+" : flags.Contains(' ', StringComparison.Ordinal) ? " " : "";

    /// <summary>A printed form with everything outside ASCII as escapes.</summary>
    public static string Ascii(string repr)
    {
        var result = new StringBuilder(repr.Length);
        foreach (var rune in repr.EnumerateRunes())
        {
            if (rune.IsAscii) result.Append((char)rune.Value);
            else if (rune.Value < 0x100) result.Append("\\x").Append(rune.Value.ToString("x2", CultureInfo.InvariantCulture));
            else if (rune.IsBmp) result.Append("\\u").Append(rune.Value.ToString("x4", CultureInfo.InvariantCulture));
            else result.Append("\\U").Append(rune.Value.ToString("x8", CultureInfo.InvariantCulture));
        }

        return result.ToString();
    }
}
