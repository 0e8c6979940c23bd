namespace Fathom.Insight.Numerics;

/// <summary>Gamma and beta functions from <see cref="StableMath"/>, for p-values: about 12 digits.</summary>
internal static class SpecialFunctions
{
    /// <summary>ln Γ(x) for x > 0: Stirling's series after shifting x to 12 or more.</summary>
    public static double LogGamma(double x)
    {
        if (!(x > 0)) throw new ArgumentOutOfRangeException(nameof(x));
        var product = 1.0;
        while (x < 12)
        {
            product *= x;
            x++;
        }

        var square = 1 / (x * x);
        var series = (1.0 / 12 + square * (-1.0 / 360 + square * (1.0 / 1260 + square * (-1.0 / 1680 + square * (1.0 / 1188 + square * (-691.0 / 360360 + square / 156)))))) / x;
        return (x - 0.5) * StableMath.Log(x) - x + 0.9189385332046728 + series - StableMath.Log(product);
    }

    /// <summary>The regularised incomplete beta function I_x(a, b): a continued fraction by Lentz's method, on the side where it is fast.</summary>
    public static double IncompleteBeta(double x, double a, double b)
    {
        if (double.IsNaN(x)) return double.NaN;
        if (x <= 0) return 0;
        if (x >= 1) return 1;
        var front = StableMath.Exp(a * StableMath.Log(x) + b * StableMath.Log(1 - x) + LogGamma(a + b) - LogGamma(a) - LogGamma(b));
        return x < (a + 1) / (a + b + 2) ? front * BetaFraction(x, a, b) / a : 1 - front * BetaFraction(1 - x, b, a) / b;
    }

    /// <summary>The regularised upper incomplete gamma function Q(a, x): the tail of a chi-squared variable of 2a degrees at 2x.</summary>
    public static double UpperGamma(double a, double x)
    {
        if (double.IsNaN(x)) return double.NaN;
        if (x <= 0) return 1;
        if (double.IsPositiveInfinity(x)) return 0;
        var front = StableMath.Exp(a * StableMath.Log(x) - x - LogGamma(a));
        if (x < a + 1)
        {
            double term = 1 / a, sum = term;
            for (var n = 1; n < 100_000 && term > sum * 1e-17; n++)
            {
                term *= x / (a + n);
                sum += term;
            }

            return Math.Max(0, 1 - front * sum);
        }

        var b = x + 1 - a;
        double c = 1e300, d = 1 / b, value = d;
        for (var i = 1; i < 100_000; i++)
        {
            var step = -i * (i - a);
            b += 2;
            d = 1 / Away(step * d + b);
            c = Away(b + step / c);
            value *= d * c;
            if (Math.Abs(d * c - 1) < 1e-16) break;
        }

        return front * value;
    }

    private static double BetaFraction(double x, double a, double b)
    {
        double c = 1, d = 1 / Away(1 - (a + b) * x / (a + 1)), value = d;
        for (var m = 1; m < 10_000; m++)
        {
            var even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / Away(1 + even * d);
            c = Away(1 + even / c);
            value *= d * c;
            var odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / Away(1 + odd * d);
            c = Away(1 + odd / c);
            value *= d * c;
            if (Math.Abs(d * c - 1) < 1e-16) break;
        }

        return value;
    }

    private static double Away(double value) => Math.Abs(value) < 1e-300 ? 1e-300 : value;
}
