using System.Numerics;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>Operators on integers: floor division and a remainder with the divisor's sign.</summary>
internal static class IntegerArithmetic
{
    public static Value Apply(BinaryOperator operation, BigInteger a, BigInteger b)
    {
        switch (operation)
        {
            case BinaryOperator.Add: return IntValue.Of(a + b);
            case BinaryOperator.Subtract: return IntValue.Of(a - b);
            case BinaryOperator.Multiply:
                CheckSize(a.GetBitLength() + b.GetBitLength());
                return IntValue.Of(a * b);
            case BinaryOperator.Divide:
                if (b.IsZero) throw Errors.DivisionByZero("division by zero");
                return new FloatValue(Divide(a, b));
            case BinaryOperator.FloorDivide:
                if (b.IsZero) throw Errors.DivisionByZero("integer division or modulo by zero");
                return IntValue.Of(FloorDivide(a, b));
            case BinaryOperator.Remainder:
                if (b.IsZero) throw Errors.DivisionByZero("integer modulo by zero");
                return IntValue.Of(a - (FloorDivide(a, b) * b));
            default: return Power(a, b);
        }
    }

    private static BigInteger FloorDivide(BigInteger a, BigInteger b)
    {
        var quotient = BigInteger.DivRem(a, b, out var remainder);
        return !remainder.IsZero && remainder.Sign != b.Sign ? quotient - 1 : quotient;
    }

    private static double Divide(BigInteger a, BigInteger b)
    {
        const long Exact = 1L << 53;
        if (BigInteger.Abs(a) <= Exact && BigInteger.Abs(b) <= Exact) return (double)a / (double)b;
        if (a.IsZero) return b.Sign < 0 ? -0.0 : 0.0;
        // A quotient of 66 bits and a sticky last bit round to the same double as the exact one.
        var negative = a.Sign != b.Sign;
        (a, b) = (BigInteger.Abs(a), BigInteger.Abs(b));
        var shift = 66 - (int)(a.GetBitLength() - b.GetBitLength());
        if (shift > 0) a <<= shift;
        else b <<= -shift;
        var quotient = BigInteger.DivRem(a, b, out var remainder);
        if (!remainder.IsZero) quotient |= 1;
        var result = Math.ScaleB(PythonNumbers.Nearest(quotient), -shift);
        if (double.IsInfinity(result)) throw Errors.Overflow("integer division result too large for a float");
        return negative ? -result : result;
    }

    private static Value Power(BigInteger a, BigInteger b)
    {
        if (b.Sign < 0)
        {
            if (a.IsZero) throw Errors.DivisionByZero("0.0 cannot be raised to a negative power");
            return FloatArithmetic.Apply(BinaryOperator.Power, PythonNumbers.ToDouble(IntValue.Of(a)), PythonNumbers.ToDouble(IntValue.Of(b)));
        }

        if (BigInteger.Abs(a) <= 1) return IntValue.Of(b.IsEven ? a * a + (b.IsZero ? 1 - (a * a) : 0) : a);
        if (b > 1 << 20) throw TooLarge();
        CheckSize((long)b * a.GetBitLength());
        return IntValue.Of(BigInteger.Pow(a, (int)b));
    }

    private static void CheckSize(long bits)
    {
        if (bits > 1 << 17) throw TooLarge();
        Budget.Work(bits >> 8);
    }

    private static TemplateException TooLarge() => Errors.Limit("an integer of more than 131072 bits");
}
