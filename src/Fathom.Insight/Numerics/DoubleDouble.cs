namespace Fathom.Insight.Numerics;

/// <summary>
/// An unevaluated sum of two doubles, about 106 bits. Sums of data in it are so near the true ones that their rounding to double
/// does not depend on the order of the data, except with a chance below 1e-12 per number.
/// </summary>
internal readonly record struct DoubleDouble(double High, double Low)
{
    public static implicit operator DoubleDouble(double value) => new(value, 0);

    public static explicit operator double(DoubleDouble value) => value.High + value.Low;

    public static DoubleDouble operator +(DoubleDouble a, DoubleDouble b)
    {
        var (sum, error) = TwoSum(a.High, b.High);
        var (low, lowError) = TwoSum(a.Low, b.Low);
        (sum, error) = QuickTwoSum(sum, error + low);
        return Of(QuickTwoSum(sum, error + lowError));
    }

    public static DoubleDouble operator -(DoubleDouble a) => new(-a.High, -a.Low);

    public static DoubleDouble operator -(DoubleDouble a, DoubleDouble b) => a + -b;

    public static DoubleDouble operator *(DoubleDouble a, DoubleDouble b)
    {
        var (product, error) = TwoProduct(a.High, b.High);
        return Of(QuickTwoSum(product, error + (a.High * b.Low + a.Low * b.High)));
    }

    public static DoubleDouble operator /(DoubleDouble a, double divisor)
    {
        var first = a.High / divisor;
        var rest = a - (DoubleDouble)divisor * first;
        var second = rest.High / divisor;
        rest -= (DoubleDouble)divisor * second;
        var (high, low) = QuickTwoSum(first, second);
        return new DoubleDouble(high, low) + rest.High / divisor;
    }

    /// <summary>The exact square of a double.</summary>
    public static DoubleDouble Square(double value) => Of(TwoProduct(value, value));

    private static DoubleDouble Of((double High, double Low) pair) => new(pair.High, pair.Low);

    private static (double Sum, double Error) TwoSum(double a, double b)
    {
        var sum = a + b;
        var part = sum - a;
        return (sum, a - (sum - part) + (b - part));
    }

    private static (double Sum, double Error) QuickTwoSum(double a, double b)
    {
        var sum = a + b;
        return (sum, b - (sum - a));
    }

    private static (double Product, double Error) TwoProduct(double a, double b)
    {
        var product = a * b;
        return (product, Math.FusedMultiplyAdd(a, b, -product));
    }
}
