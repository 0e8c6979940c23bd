using static Fathom.Tensors.Kernels.MathConstants;

namespace Fathom.Tensors.Kernels.Scalar;

/// <summary>Elementary functions as every vector width computes them, one number at a time.</summary>
internal static class ScalarMath
{
    /// <summary>e^x for x &lt;= 0 (relative error about 1e-7); 0 below <see cref="ExpLowest"/>; NaN stays NaN.</summary>
    public static float ExpNonPositive(float x)
    {
        var shifted = MathF.FusedMultiplyAdd(x, Log2E, RoundingMagic);
        var n = shifted - RoundingMagic;
        var r = MathF.FusedMultiplyAdd(n, -Ln2High, x);
        r = MathF.FusedMultiplyAdd(n, -Ln2Low, r);
        var p = MathF.FusedMultiplyAdd(r, E6, E5);
        p = MathF.FusedMultiplyAdd(p, r, E4);
        p = MathF.FusedMultiplyAdd(p, r, E3);
        p = MathF.FusedMultiplyAdd(p, r, E2);
        p = MathF.FusedMultiplyAdd(p, r, E1);
        p = MathF.FusedMultiplyAdd(p, r, 1f);
        return x < ExpLowest ? 0f : p * PowerOfTwo(shifted);
    }

    /// <summary>2^x for x &lt;= 0 (relative error about 1e-7); 0 below -126.5; NaN stays NaN; 2^0 = 1 exactly.</summary>
    public static float Exp2NonPositive(float x)
    {
        x = x < Exp2Lowest ? Exp2Lowest : x;
        var shifted = x + ExponentMagic;
        var r = x - (shifted - ExponentMagic);
        var p = MathF.FusedMultiplyAdd(r, T6, T5);
        p = MathF.FusedMultiplyAdd(p, r, T4);
        p = MathF.FusedMultiplyAdd(p, r, T3);
        p = MathF.FusedMultiplyAdd(p, r, T2);
        p = MathF.FusedMultiplyAdd(p, r, T1);
        p = MathF.FusedMultiplyAdd(p, r, 1f);
        return p * BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(shifted) << 23);
    }

    /// <summary>x sigmoid(x), through e^-|x| so that nothing overflows.</summary>
    public static float Silu(float x)
    {
        var e = ExpNonPositive(-MathF.Abs(x));
        return (x < 0f ? x * e : x) / (1f + e);
    }

    /// <summary>Natural logarithm of a positive normal number: frexp, then 2 atanh((m-1)/(m+1)) as a series (error about 1e-16).</summary>
    public static double Log(double x)
    {
        if (!(x > 0) || !double.IsNormal(x))
        {
            return x == 0 ? double.NegativeInfinity : x > 0 ? double.IsInfinity(x) ? x : Log(x * 18014398509481984.0) - 54 * Ln2 : double.NaN;
        }

        var bits = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)(bits >> 52) - 1023;
        var m = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | (1023L << 52));
        if (m > 1.4142135623730951)
        {
            m *= 0.5;
            exponent++;
        }

        var s = (m - 1) / (m + 1);
        var square = s * s;
        var series = 0.0;
        for (var k = 23; k >= 1; k -= 2)
        {
            series = Math.FusedMultiplyAdd(series, square, 1.0 / k);
        }

        return Math.FusedMultiplyAdd(exponent, Ln2, 2 * s * series);
    }

    /// <summary>Adds 16 lanes in the order every width uses: lane j and j + 8, then 4, 2, 1.</summary>
    public static float Fold(ReadOnlySpan<float> lanes)
    {
        Span<float> sums = stackalloc float[16];
        lanes.CopyTo(sums);
        for (var half = 8; half > 0; half >>= 1)
        {
            for (var j = 0; j < half; j++)
            {
                sums[j] += sums[j + half];
            }
        }

        return sums[0];
    }

    /// <summary>Adds 16 lanes of doubles in the same order as <see cref="Fold(ReadOnlySpan{float})"/>.</summary>
    public static double Fold(ReadOnlySpan<double> lanes)
    {
        Span<double> sums = stackalloc double[16];
        lanes.CopyTo(sums);
        for (var half = 8; half > 0; half >>= 1)
        {
            for (var j = 0; j < half; j++)
            {
                sums[j] += sums[j + half];
            }
        }

        return sums[0];
    }

    private const double Ln2 = 0.69314718055994530942;

    // The integer n stands in the low bits of 1.5 2^23 + n; moved to the exponent's place it makes 2^n.
    private static float PowerOfTwo(float shifted) => BitConverter.Int32BitsToSingle((BitConverter.SingleToInt32Bits(shifted) << 23) + (127 << 23));
}
