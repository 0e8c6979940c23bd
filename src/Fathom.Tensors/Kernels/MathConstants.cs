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

    /// <summary>tanh(x) / x - 1 over x^2, in powers of x^2 from the first on, |x| &lt;= 0.625 (relative error of tanh 8e-9).</summary>
    public const float H1 = -0.3333325982093811f, H2 = 0.13331113755702972f, H3 = -0.05372010916471481f, H4 = 0.020588191226124763f, H5 = -0.005657135043293238f;

    /// <summary>atanh(s) / s - 1 in powers of s^2 from the first on, s &lt;= 1/3 (relative error of atanh 8e-9).</summary>
    public const float A1 = 0.3333316147327423f, A2 = 0.20012298226356506f, A3 = 0.13982579112052917f, A4 = 0.14078889787197113f;

    /// <summary>The standard normal's tail beyond x over e^(-x^2/2) t, in powers of t = 1 / (1 + 0.3 x), 0 &lt;= x &lt;= 13.2 (relative error 8e-9).</summary>
    public const float N0 = 0.11968745291233063f, N1 = 0.11955679953098297f, N2 = 0.11036055535078049f, N3 = 0.0778089091181755f, N4 = 0.09781558811664581f;

    /// <inheritdoc cref="N0"/>
    public const float N5 = -0.08245693892240524f, N6 = 0.19534806907176971f, N7 = -0.230815127491951f, N8 = 0.11350986361503601f, N9 = -0.020815175026655197f;
}
