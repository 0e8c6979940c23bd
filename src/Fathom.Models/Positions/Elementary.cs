using Fathom.Tensors.Kernels.Scalar;

namespace Fathom.Models.Positions;

/// <summary>
/// exp, log, pow, sine and cosine in double precision made of additions, multiplications and fused multiply-adds only, so that
/// every machine and runtime gives the same bits (errors of a few units in the last place).
/// </summary>
internal static class Elementary
{
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double Log2E = 1.44269504088896338700;

    // pi/2 in three parts; the first has 33 bits, so that multiples of it up to 2^20 are exact.
    private const double HalfPiHigh = 1.57079632673412561417e+00;
    private const double HalfPiMiddle = 6.07710050630396597660e-11;
    private const double HalfPiLow = 2.02226624879595063154e-21;
    private const int Terms = 14;

    private static readonly double[] InverseFactorials = Invert(18);

    /// <summary>e^x; 0 below -745, infinity above 709.78.</summary>
    public static double Exp(double x)
    {
        if (!(x < 709.78)) return double.IsNaN(x) ? x : double.PositiveInfinity;
        if (x < -745) return 0;
        var n = Math.Floor(Math.FusedMultiplyAdd(x, Log2E, 0.5));
        var r = Math.FusedMultiplyAdd(n, -Ln2Low, Math.FusedMultiplyAdd(n, -Ln2High, x));

        // Taylor series on |r| <= 0.35: the first term left out is below 2^-60.
        var sum = InverseFactorials[Terms];
        for (var k = Terms - 1; k >= 0; k--) sum = Math.FusedMultiplyAdd(sum, r, InverseFactorials[k]);
        return Math.ScaleB(sum, (int)n);
    }

    /// <summary>Natural logarithm.</summary>
    public static double Log(double x) => ScalarMath.Log(x);

    /// <summary>x^y for positive x.</summary>
    public static double Pow(double x, double y) => y == 0 ? 1 : y == 1 ? x : Exp(y * Log(x));

    /// <summary>Sine and cosine of an angle of at most a million or so.</summary>
    public static (double Sin, double Cos) SinCos(double angle)
    {
        var n = Math.Floor(Math.FusedMultiplyAdd(angle, 2 / Math.PI, 0.5));
        var r = Math.FusedMultiplyAdd(n, -HalfPiHigh, angle);
        r = Math.FusedMultiplyAdd(n, -HalfPiMiddle, r);
        r = Math.FusedMultiplyAdd(n, -HalfPiLow, r);
        var square = r * r;
        var sin = InverseFactorials[17];
        var cos = InverseFactorials[18];
        for (var k = 16; k >= 2; k -= 2)
        {
            sin = Math.FusedMultiplyAdd(-square, sin, InverseFactorials[k - 1]);
            cos = Math.FusedMultiplyAdd(-square, cos, InverseFactorials[k]);
        }

        sin *= r;
        cos = Math.FusedMultiplyAdd(-square, cos, 1);
        return ((long)n & 3) switch
        {
            0 => (sin, cos),
            1 => (cos, -sin),
            2 => (-sin, -cos),
            _ => (-cos, sin),
        };
    }

    private static double[] Invert(int most)
    {
        var table = new double[most + 1];
        var factorial = 1.0;
        for (var k = 0; k <= most; k++)
        {
            factorial *= Math.Max(k, 1);
            table[k] = 1 / factorial;
        }

        return table;
    }
}
