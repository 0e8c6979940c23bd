namespace Fathom.Tensors.Kernels;

/// <summary>
/// Constants of our own exponentials: polynomials that interpolate (f(r) - 1) / r at the Chebyshev nodes of the reduced range
/// (degree 5, so degree 6 in all; f(0) = 1 exactly), computed with 50 digits. Every vector width uses the same operations on them.
/// </summary>
internal static class MathConstants
{
    /// <summary>Adding and taking away 1.5 2^23 rounds a float to the nearest integer, which then stands in its low bits.</summary>
    public const float RoundingMagic = 12582912f;

    /// <summary>log2(e).</summary>
    public const float Log2E = 1.44269504f;

    /// <summary>Upper part of ln 2, with trailing zeros so that its small multiples are exact.</summary>
    public const float Ln2High = 0.693115234f;

    /// <summary>The rest of ln 2.</summary>
    public const float Ln2Low = 3.19461833e-05f;

    /// <summary>Below this exp is taken as zero: the result would leave the normal numbers.</summary>
    public const float ExpLowest = -87f;

    /// <summary><see cref="RoundingMagic"/> + 127: leaves n + 127, the exponent field of 2^n, in the low bits.</summary>
    public const float ExponentMagic = 12583039f;

    /// <summary>2^x for lower x is that for this x: an exponent field of zero, that is 0.</summary>
    public const float Exp2Lowest = -127f;

    /// <summary>What the running maximum of an attention row starts from: below every real score, yet finite, so that differences are never NaN.</summary>
    public const float NoScore = -1e30f;

    /// <summary>Coefficients of e^r, |r| &lt;= ln 2 / 2, from r^1 on.</summary>
    public const float E1 = 1f, E2 = 0.5f, E3 = 0.166665047f, E4 = 0.0416664667f, E5 = 0.00836914871f, E6 = 0.00139336416f;

    /// <summary>Coefficients of 2^r, |r| &lt;= 1/2, from r^1 on.</summary>
    public const float T1 = 0.693147182f, T2 = 0.240226507f, T3 = 0.0555035695f, T4 = 0.00961808302f, T5 = 0.00133908633f, T6 = 0.000154531634f;
}
