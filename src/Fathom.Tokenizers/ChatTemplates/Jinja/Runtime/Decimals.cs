using System.Globalization;
using System.Numerics;
using System.Text;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>Doubles in decimal with a given number of digits, rounded half to even from the exact value as Python does.</summary>
internal static class Decimals
{
    private const int MaxPrecision = 5000;

    /// <summary><c>'%.{precision}f'</c> of a finite number.</summary>
    public static string Fixed(double number, int precision)
    {
        CheckPrecision(precision);
        var scaled = Scale(Math.Abs(number), precision);
        var digits = scaled.ToString(CultureInfo.InvariantCulture).PadLeft(precision + 1, '0');
        var sign = double.IsNegative(number) ? "-" : "";
        return precision == 0 ? sign + digits : $"{sign}{digits[..^precision]}.{digits[^precision..]}";
    }

    /// <summary><c>precision + 1</c> significant digits and the exponent of the first.</summary>
    public static (string Digits, int Exponent) Significant(double number, int precision)
    {
        CheckPrecision(precision);
        if (number == 0) return (new string('0', precision + 1), 0);
        var (_, exponent) = PythonNumbers.Shortest(number);
        var digits = Scale(Math.Abs(number), precision - exponent).ToString(CultureInfo.InvariantCulture);
        // The shortest form may lie across a power of ten from the exact value.
        if (digits.Length > precision + 1) digits = Scale(Math.Abs(number), precision - ++exponent).ToString(CultureInfo.InvariantCulture);
        else if (digits.Length < precision + 1) digits = Scale(Math.Abs(number), precision - --exponent).ToString(CultureInfo.InvariantCulture);
        return (digits, exponent);
    }

    /// <summary><c>'%.{precision}e'</c> of a finite number.</summary>
    public static string Exponential(double number, int precision)
    {
        var (digits, exponent) = Significant(number, precision);
        var text = new StringBuilder().Append(double.IsNegative(number) ? "-" : "").Append(digits[0]);
        if (precision > 0) text.Append('.').Append(digits, 1, digits.Length - 1);
        return text.Append('e').Append(exponent < 0 ? '-' : '+').Append(Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture)).ToString();
    }

    /// <summary><c>'%.{precision}g'</c> of a finite number; <paramref name="keepZeros"/> for the alternate form.</summary>
    public static string General(double number, int precision, bool keepZeros)
    {
        precision = Math.Max(precision, 1);
        var (_, exponent) = Significant(number, precision - 1);
        if (exponent >= -4 && exponent < precision)
        {
            var plain = Fixed(number, precision - 1 - exponent);
            return keepZeros || !plain.Contains('.', StringComparison.Ordinal) ? plain : plain.TrimEnd('0').TrimEnd('.');
        }

        var text = Exponential(number, precision - 1);
        if (keepZeros) return text;
        var mark = text.IndexOf('e', StringComparison.Ordinal);
        var mantissa = text[..mark];
        return (mantissa.Contains('.', StringComparison.Ordinal) ? mantissa.TrimEnd('0').TrimEnd('.') : mantissa) + text[mark..];
    }

    /// <summary><c>round(number, digits)</c></summary>
    public static double Round(double number, int digits)
    {
        if (!double.IsFinite(number) || number == 0 || digits > 330) return number;
        if (digits < -330) return Math.CopySign(0, number);
        if (digits >= 0) return double.Parse(Fixed(number, digits), NumberStyles.Float, CultureInfo.InvariantCulture);
        var scaled = Scale(Math.Abs(number), digits) * BigInteger.Pow(10, -digits);
        return Math.CopySign(double.Parse(scaled.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), number);
    }

    /// <summary>number · 10^digits, rounded half to even.</summary>
    private static BigInteger Scale(double number, int digits)
    {
        var bits = BitConverter.DoubleToInt64Bits(number);
        var exponent = (int)(bits >> 52) & 0x7ff;
        var mantissa = bits & 0xfffffffffffffL;
        if (exponent == 0) exponent = 1;
        else mantissa |= 1L << 52;
        exponent -= 1075;
        var numerator = new BigInteger(mantissa);
        var denominator = BigInteger.One;
        if (exponent > 0) numerator <<= exponent;
        else denominator <<= -exponent;
        if (digits > 0) numerator *= BigInteger.Pow(10, digits);
        else denominator *= BigInteger.Pow(10, -digits);
        var quotient = BigInteger.DivRem(numerator, denominator, out var remainder);
        var twice = remainder * 2;
        return twice > denominator || (twice == denominator && !quotient.IsEven) ? quotient + 1 : quotient;
    }

    private static void CheckPrecision(int precision)
    {
        if (precision > MaxPrecision) throw Errors.Limit($"a number with more than {MaxPrecision} digits behind the point");
        Budget.Allocate(precision);
    }
}
