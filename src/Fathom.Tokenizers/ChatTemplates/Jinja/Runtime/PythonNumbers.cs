using System.Globalization;
using System.Numerics;
using System.Text;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>Numbers as Python reads and prints them.</summary>
internal static class PythonNumbers
{
    /// <summary>Python refuses to print or read integers of more digits.</summary>
    public const int MaxDigits = 4300;

    private static readonly BigInteger PrintLimit = BigInteger.Pow(10, MaxDigits);

    public static bool TryInteger(Value value, out BigInteger number)
    {
        switch (value)
        {
            case IntValue i:
                number = i.Number;
                return true;
            case BoolValue b:
                number = b.Value ? BigInteger.One : BigInteger.Zero;
                return true;
            default:
                number = default;
                return false;
        }
    }

    /// <summary>A 32-bit integer argument; larger ones are held at the bounds.</summary>
    public static int Clamp(Value value)
    {
        if (!TryInteger(value, out var number)) throw Errors.Type($"'{value.TypeName}' object cannot be interpreted as an integer");
        return (int)BigInteger.Clamp(number, int.MinValue, int.MaxValue);
    }

    /// <summary>The number as a double; throws where an integer is too large.</summary>
    public static double ToDouble(Value value)
    {
        UndefinedValue.Refuse(value);
        if (value is FloatValue f) return f.Number;
        if (!TryInteger(value, out var number)) throw Errors.Type($"must be real number, not {value.TypeName}");
        var result = Nearest(number);
        return double.IsInfinity(result) ? throw Errors.Overflow("int too large to convert to float") : result;
    }

    /// <summary>The nearest double, half to even; the runtime's own conversion cuts off.</summary>
    public static double Nearest(BigInteger number)
    {
        var shift = (int)Math.Max(0, number.GetBitLength() - 64);
        if (shift == 0 && BigInteger.Abs(number) <= 1L << 53) return (double)number;
        if (shift > 1100) return number.Sign < 0 ? double.NegativeInfinity : double.PositiveInfinity;
        var magnitude = BigInteger.Abs(number);
        var head = (ulong)(magnitude >> shift);
        // What is cut off below 64 bits counts only in that it is not zero.
        if (shift > 0 && !(magnitude & ((BigInteger.One << shift) - 1)).IsZero) head |= 1;
        var result = Math.ScaleB((double)head, shift);
        return number.Sign < 0 ? -result : result;
    }

    public static string Repr(BigInteger number)
    {
        if (number.GetBitLength() > 64 && BigInteger.Abs(number) >= PrintLimit) throw Errors.Value($"Exceeds the limit ({MaxDigits} digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit");
        return number.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The shortest text that reads back as the same double, in Python's layout.</summary>
    public static string Repr(double number)
    {
        if (double.IsNaN(number)) return "nan";
        if (double.IsInfinity(number)) return number > 0 ? "inf" : "-inf";
        var (digits, exponent) = Shortest(number);
        var sign = double.IsNegative(number) ? "-" : "";
        if (exponent is < -4 or >= 16) return sign + Scientific(digits, exponent);
        if (exponent < 0) return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        if (digits.Length <= exponent + 1) return $"{sign}{digits.PadRight(exponent + 1, '0')}.0";
        return $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    /// <summary>Significant digits without trailing zeros, and the decimal exponent of the first.</summary>
    public static (string Digits, int Exponent) Shortest(double number)
    {
        if (number == 0) return ("0", 0);
        var text = Math.Abs(number).ToString("E16", CultureInfo.InvariantCulture);
        var round = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture);
        var mark = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = round.IndexOf('E', StringComparison.Ordinal) is var e and >= 0 ? round[..e] : round;
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal).TrimStart('0').TrimEnd('0');
        // 9.999…e22 rounds up to one digit in the shortest form: its exponent, not the 17-digit form's, counts.
        if (round.Contains('E', StringComparison.Ordinal)) exponent = int.Parse(round.AsSpan(round.IndexOf('E', StringComparison.Ordinal) + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        else exponent = ExponentOf(mantissa);
        return (digits.Length == 0 ? "0" : digits, exponent);
    }

    private static int ExponentOf(string mantissa)
    {
        var dot = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = dot < 0 ? mantissa : mantissa[..dot];
        if (whole.TrimStart('0') is { Length: > 0 } digits) return digits.Length - 1;
        var zeros = 0;
        while (mantissa[dot + 1 + zeros] == '0') zeros++;
        return -zeros - 1;
    }

    private static string Scientific(string digits, int exponent)
    {
        var text = new StringBuilder().Append(digits[0]);
        if (digits.Length > 1) text.Append('.').Append(digits, 1, digits.Length - 1);
        return text.Append('e').Append(exponent < 0 ? '-' : '+').Append(Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture)).ToString();
    }

    /// <summary><c>int(text, base)</c>, or null where Python raises ValueError.</summary>
    public static BigInteger? ParseInteger(string text, int numberBase)
    {
        var span = PythonText.Trim(text.AsSpan());
        if (span.Length == 0 || span.Length > MaxDigits + 8) return null;
        var negative = span[0] == '-';
        if (span[0] is '-' or '+') span = span[1..];
        var prefix = span.Length > 1 && span[0] == '0' ? char.ToLowerInvariant(span[1]) : '\0';
        var prefixBase = prefix switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 0 };
        if (prefixBase > 0 && (numberBase == prefixBase || numberBase == 0))
        {
            span = span[2..];
            if (span.Length > 0 && span[0] == '_') span = span[1..];
            numberBase = prefixBase;
        }
        else if (numberBase == 0)
        {
            if (span.Length > 1 && span[0] == '0' && span.TrimStart("0_").Length > 0) return null;
            numberBase = 10;
        }

        return Digits(span, numberBase) is { } value ? (negative ? -value : value) : null;
    }

    private static BigInteger? Digits(ReadOnlySpan<char> span, int numberBase)
    {
        if (span.Length == 0 || span[0] == '_' || span[^1] == '_') return null;
        var value = BigInteger.Zero;
        for (var i = 0; i < span.Length; i++)
        {
            if (span[i] == '_')
            {
                if (span[i - 1] == '_') return null;
                continue;
            }

            var digit = char.IsAsciiLetter(span[i]) ? char.ToLowerInvariant(span[i]) - 'a' + 10 : CharUnicodeInfo.GetDecimalDigitValue(span[i]);
            if (digit < 0 || digit >= numberBase) return null;
            value = (value * numberBase) + digit;
        }

        return value;
    }

    /// <summary><c>float(text)</c>, or null where Python raises ValueError.</summary>
    public static double? ParseFloat(string text)
    {
        var trimmed = PythonText.Trim(text.AsSpan());
        if (trimmed.Length == 0) return null;
        var sign = trimmed[0] is '-' or '+' ? 1 : 0;
        var word = trimmed[sign..].ToString().ToLowerInvariant();
        if (word is "inf" or "infinity") return trimmed[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        if (word == "nan") return double.NaN;
        for (var i = 0; i < word.Length; i++)
        {
            var c = word[i];
            var between = i > 0 && i + 1 < word.Length && char.IsAsciiDigit(word[i - 1]) && char.IsAsciiDigit(word[i + 1]);
            if (!(char.IsAsciiDigit(c) || c is '.' or 'e' or '+' or '-' || (c == '_' && between))) return null;
        }

        return double.TryParse(trimmed[..sign].ToString() + word.Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value) ? value : null;
    }
}
