using System.Globalization;
using System.Numerics;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>The methods and attributes of numbers.</summary>
internal static class NumberMethods
{
    private static readonly Method BitLength = Method.Of("int.bit_length", "", static (self, _) => IntValue.Of((int)BigInteger.Abs(Integer(self)).GetBitLength()));
    private static readonly Method BitCount = Method.Of("int.bit_count", "", static (self, _) => IntValue.Of((int)BigInteger.PopCount(BigInteger.Abs(Integer(self)))));
    private static readonly Method Conjugate = Method.Of("int.conjugate", "", static (self, _) => self is BoolValue ? IntValue.Of(Integer(self)) : self);
    private static readonly Method IsInteger = Method.Of("float.is_integer", "", static (self, _) => BoolValue.Of(double.IsInteger(((FloatValue)self).Number)));
    private static readonly Method IntegerRatio = Method.Of("int.as_integer_ratio", "", static (self, _) => Ratio(self));
    private static readonly Method Hexadecimal = Method.Of("float.hex", "", static (self, _) => new StringValue(Hex(((FloatValue)self).Number)));

    public static Value? Find(Value self, string name)
    {
        var isFloat = self is FloatValue;
        return name switch
        {
            "real" => isFloat ? self : IntValue.Of(Integer(self)),
            "imag" => isFloat ? new FloatValue(0) : IntValue.Of(0),
            "numerator" when !isFloat => IntValue.Of(Integer(self)),
            "denominator" when !isFloat => IntValue.Of(1),
            "bit_length" when !isFloat => new BoundMethod(self, BitLength),
            "bit_count" when !isFloat => new BoundMethod(self, BitCount),
            "is_integer" when isFloat => new BoundMethod(self, IsInteger),
            "hex" when isFloat => new BoundMethod(self, Hexadecimal),
            "conjugate" => new BoundMethod(self, Conjugate),
            "as_integer_ratio" => new BoundMethod(self, IntegerRatio),
            _ => Access.ObjectAttribute(name),
        };
    }

    private static BigInteger Integer(Value self)
    {
        PythonNumbers.TryInteger(self, out var number);
        return number;
    }

    private static TupleValue Ratio(Value self)
    {
        if (self is not FloatValue { Number: var number }) return new TupleValue([IntValue.Of(Integer(self)), IntValue.Of(1)]);
        if (double.IsNaN(number)) throw Errors.Value("cannot convert NaN to integer ratio");
        if (double.IsInfinity(number)) throw Errors.Overflow("cannot convert Infinity to integer ratio");
        var shift = 0;
        while (!double.IsInteger(number))
        {
            number *= 2;
            shift++;
        }

        return new TupleValue([IntValue.Of(new BigInteger(number)), IntValue.Of(BigInteger.One << shift)]);
    }

    private static string Hex(double number)
    {
        if (!double.IsFinite(number)) return PythonNumbers.Repr(number);
        var bits = BitConverter.DoubleToInt64Bits(number);
        var exponent = (int)((bits >> 52) & 0x7ff);
        var mantissa = bits & 0xfffffffffffffL;
        var sign = bits < 0 ? "-" : "";
        if (exponent == 0 && mantissa == 0) return sign + "0x0.0p+0";
        var power = exponent == 0 ? -1022 : exponent - 1023;
        return $"{sign}0x{(exponent == 0 ? 0 : 1)}.{mantissa.ToString("x13", CultureInfo.InvariantCulture)}p{(power < 0 ? "" : "+")}{power}";
    }
}
