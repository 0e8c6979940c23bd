namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>Operators on floats, with Python's errors instead of infinities.</summary>
internal static class FloatArithmetic
{
    public static Value Apply(BinaryOperator operation, double a, double b)
    {
        switch (operation)
        {
            case BinaryOperator.Add: return new FloatValue(a + b);
            case BinaryOperator.Subtract: return new FloatValue(a - b);
            case BinaryOperator.Multiply: return new FloatValue(a * b);
            case BinaryOperator.Divide:
                if (b == 0) throw Errors.DivisionByZero("float division by zero");
                return new FloatValue(a / b);
            case BinaryOperator.FloorDivide:
                if (b == 0) throw Errors.DivisionByZero("float floor division by zero");
                return new FloatValue(FloorDivide(a, b));
            case BinaryOperator.Remainder:
                if (b == 0) throw Errors.DivisionByZero("float modulo");
                return new FloatValue(Remainder(a, b));
            default: return new FloatValue(Power(a, b));
        }
    }

    private static double Remainder(double a, double b)
    {
        var remainder = a % b;
        if (remainder == 0) return Math.CopySign(0, b);
        return (remainder < 0) != (b < 0) ? remainder + b : remainder;
    }

    private static double FloorDivide(double a, double b)
    {
        var remainder = a % b;
        var quotient = (a - remainder) / b;
        if (remainder != 0 && (remainder < 0) != (b < 0)) quotient -= 1;
        if (quotient == 0) return Math.CopySign(0, a / b);
        var floor = Math.Floor(quotient);
        return quotient - floor > 0.5 ? floor + 1 : floor;
    }

    private static double Power(double a, double b)
    {
        if (a == 0 && b < 0) throw Errors.DivisionByZero("0.0 cannot be raised to a negative power");
        if (a < 0 && double.IsFinite(b) && !double.IsInteger(b) && double.IsFinite(a)) throw Errors.Type("a negative number to a fractional power is complex, which templates here do not have");
        var result = Math.Pow(a, b);
        if (double.IsInfinity(result) && double.IsFinite(a) && double.IsFinite(b)) throw Errors.Overflow("(34, 'Numerical result out of range')");
        return result;
    }
}
