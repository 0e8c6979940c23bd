namespace Fathom.Insight.Numerics;

/// <summary>
/// exp, log and the normal distribution from additions, products and correctly rounded operations only, so that a score has the same
/// bits on every machine: the C library behind <see cref="Math"/> may differ.
/// </summary>
internal static class StableMath
{
    private const double Ln2High = 0.6931471803691238;
    private const double Ln2Low = 1.9082149292705877e-10;

    /// <summary>e^x to within about one unit in the last place.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x)) return double.NaN;
        if (x > 709.7827128933840) return double.PositiveInfinity;
        if (x < -745.2) return 0;

        var k = Math.Round(x * 1.4426950408889634, MidpointRounding.ToEven);
        var r = Math.FusedMultiplyAdd(-k, Ln2High, x) - k * Ln2Low;

        // |r| <= 0.347: the Taylor series to r^14 leaves less than 1e-18.
        var sum = 1.0 / 87178291200;
        ReadOnlySpan<double> factorials = [6227020800, 479001600, 39916800, 3628800, 362880, 40320, 5040, 720, 120, 24, 6, 2];
        foreach (var factorial in factorials)
        {
            sum = Math.FusedMultiplyAdd(sum, r, 1 / factorial);
        }

        sum = 1 + (r + r * r * sum);
        return Math.ScaleB(sum, (int)k);
    }

    /// <summary>Natural logarithm to within about one unit in the last place; minus infinity at 0, NaN below.</summary>
    public static double Log(double x)
    {
        if (double.IsNaN(x) || x < 0) return double.NaN;
        if (x == 0) return double.NegativeInfinity;
        if (double.IsPositiveInfinity(x)) return x;

        var exponent = Math.ILogB(x);
        var mantissa = Math.ScaleB(x, -exponent);
        if (mantissa > 1.4142135623730951)
        {
            mantissa /= 2;
            exponent++;
        }

        // ln m = 2 artanh(s), s = (m - 1) / (m + 1), |s| <= 0.1716: s^23 ends below 1e-17.
        var s = (mantissa - 1) / (mantissa + 1);
        var square = s * s;
        var sum = 0.0;
        for (var odd = 23; odd >= 3; odd -= 2)
        {
            sum = Math.FusedMultiplyAdd(sum, square, 1.0 / odd);
        }

        return exponent * Ln2High + (2 * s + (2 * s * square * sum + exponent * Ln2Low));
    }

    /// <summary>ln(sum of e^x) without overflow; minus infinity for an empty list.</summary>
    public static double LogSumExp(ReadOnlySpan<double> values)
    {
        var largest = double.NegativeInfinity;
        foreach (var value in values)
        {
            largest = Math.Max(largest, value);
        }

        if (!double.IsFinite(largest)) return largest;
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += Exp(value - largest);
        }

        return largest + Log(sum);
    }

    /// <summary>Distribution function of the standard normal.</summary>
    public static double NormalCdf(double z)
    {
        if (double.IsNaN(z)) return double.NaN;
        if (z < -38) return 0;
        if (z > 38) return 1;
        return z < 0 ? UpperTail(-z) : 1 - UpperTail(z);
    }

    /// <summary>Quantile of the standard normal: bisection on <see cref="NormalCdf"/>, exact enough and never surprising.</summary>
    public static double NormalQuantile(double probability)
    {
        if (probability is not (>= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(probability));
        if (probability == 0) return double.NegativeInfinity;
        if (probability == 1) return double.PositiveInfinity;

        // The lower half has the finer numbers.
        if (probability > 0.5) return -NormalQuantile(1 - probability);
        double low = -38, high = 0;
        for (var i = 0; i < 80; i++)
        {
            var middle = low + (high - low) / 2;
            if (NormalCdf(middle) < probability) low = middle;
            else high = middle;
        }

        return low + (high - low) / 2;
    }

    /// <summary>P(Z &gt; z) for z >= 0: a series near 0, a continued fraction further out.</summary>
    private static double UpperTail(double z)
    {
        var density = 0.3989422804014327 * Exp(-0.5 * z * z);
        if (z < 3)
        {
            double term = z, sum = z;
            for (var odd = 3; odd < 200 && term > sum * 1e-18; odd += 2)
            {
                term *= z * z / odd;
                sum += term;
            }

            return 0.5 - density * sum;
        }

        var fraction = 0.0;
        for (var k = 120; k >= 1; k--)
        {
            fraction = k / (z + fraction);
        }

        return density / (z + fraction);
    }
}
