using System.Runtime.CompilerServices;
using static Fathom.Tensors.Kernels.MathConstants;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>Elementary functions over one float or several: the exponentials are those of <see cref="Scalar.ScalarMath"/>, operation for operation.</summary>
/// <typeparam name="T">The numbers.</typeparam>
internal static class NumberMath<T>
    where T : struct, INumbers<T>
{
    /// <summary>e^x for x &lt;= 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ExpNonPositive(T x)
    {
        var shifted = T.Fma(x, T.Broadcast(Log2E), T.Broadcast(RoundingMagic));
        var n = T.Subtract(shifted, T.Broadcast(RoundingMagic));
        var r = T.Fma(n, T.Broadcast(-Ln2High), x);
        r = T.Fma(n, T.Broadcast(-Ln2Low), r);
        var p = T.Fma(r, T.Broadcast(E6), T.Broadcast(E5));
        p = T.Fma(p, r, T.Broadcast(E4));
        p = T.Fma(p, r, T.Broadcast(E3));
        p = T.Fma(p, r, T.Broadcast(E2));
        p = T.Fma(p, r, T.Broadcast(E1));
        p = T.Fma(p, r, T.Broadcast(1f));
        return T.SelectLess(x, T.Broadcast(ExpLowest), T.Broadcast(0f), T.Multiply(p, T.PowerOfTwo(shifted)));
    }

    /// <summary>2^x for x &lt;= 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp2NonPositive(T x)
    {
        // In this order a NaN stays.
        x = T.Larger(T.Broadcast(Exp2Lowest), x);
        var shifted = T.Add(x, T.Broadcast(ExponentMagic));
        var r = T.Subtract(x, T.Subtract(shifted, T.Broadcast(ExponentMagic)));
        var p = T.Fma(r, T.Broadcast(T6), T.Broadcast(T5));
        p = T.Fma(p, r, T.Broadcast(T4));
        p = T.Fma(p, r, T.Broadcast(T3));
        p = T.Fma(p, r, T.Broadcast(T2));
        p = T.Fma(p, r, T.Broadcast(T1));
        p = T.Fma(p, r, T.Broadcast(1f));
        return T.Multiply(p, T.ToExponent(shifted));
    }

    /// <summary>x sigmoid(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Silu(T x)
    {
        var e = ExpNonPositive(T.Subtract(T.Broadcast(0f), T.Abs(x)));
        var numerator = T.SelectLess(x, T.Broadcast(0f), T.Multiply(x, e), x);
        return T.Divide(numerator, T.Add(T.Broadcast(1f), e));
    }

    /// <summary>1 / (1 + e^-x), and what it lacks to 1; neither cancels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sigmoid(T x, out T rest)
    {
        var zero = T.Broadcast(0f);
        var power = ExpNonPositive(T.Subtract(zero, T.Abs(x)));
        var large = T.Divide(T.Broadcast(1f), T.Add(T.Broadcast(1f), power));
        var small = T.Multiply(power, large);
        rest = T.SelectLess(x, zero, large, small);
        return T.SelectLess(x, zero, small, large);
    }

    /// <summary>tanh(x): an odd polynomial near zero, (1 - e^-2|x|) / (1 + e^-2|x|) beyond.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Tanh(T x)
    {
        var (one, magnitude) = (T.Broadcast(1f), T.Abs(x));
        var power = ExpNonPositive(T.Multiply(T.Broadcast(-2f), magnitude));
        var beyond = T.Divide(T.Subtract(one, power), T.Add(one, power));
        beyond = T.SelectLess(x, T.Broadcast(0f), T.Subtract(T.Broadcast(0f), beyond), beyond);
        return T.SelectLess(magnitude, T.Broadcast(0.625f), TanhNearZero(x), beyond);
    }

    /// <summary>cap tanh(x / cap).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SoftCap(T x, T cap) => T.Multiply(cap, Tanh(T.Divide(x, cap)));

    /// <summary>tanh(x) for |x| &lt;= 0.625.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T TanhNearZero(T x)
    {
        var square = T.Multiply(x, x);
        var p = T.Fma(square, T.Broadcast(H5), T.Broadcast(H4));
        p = T.Fma(p, square, T.Broadcast(H3));
        p = T.Fma(p, square, T.Broadcast(H2));
        p = T.Fma(p, square, T.Broadcast(H1));
        return T.Fma(T.Multiply(p, square), x, x);
    }

    /// <summary>ln(1 + x) for 0 &lt;= x &lt;= 1, as 2 atanh(x / (2 + x)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LogOnePlus(T x)
    {
        var s = T.Divide(x, T.Add(T.Broadcast(2f), x));
        var square = T.Multiply(s, s);
        var p = T.Fma(square, T.Broadcast(A4), T.Broadcast(A3));
        p = T.Fma(p, square, T.Broadcast(A2));
        p = T.Fma(p, square, T.Broadcast(A1));
        var twice = T.Add(s, s);
        return T.Fma(T.Multiply(p, square), twice, twice);
    }

    /// <summary>The distribution function of the standard normal, and e^(-x^2 / 2): its lower tail is that power times t p(t) with t = 1 / (1 + 0.3 |x|).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Normal(T x, out T power)
    {
        var one = T.Broadcast(1f);
        power = ExpNonPositive(T.Multiply(T.Multiply(T.Broadcast(-0.5f), x), x));
        var t = T.Divide(one, T.Fma(T.Broadcast(0.3f), T.Abs(x), one));
        var p = T.Fma(t, T.Broadcast(N9), T.Broadcast(N8));
        p = T.Fma(p, t, T.Broadcast(N7));
        p = T.Fma(p, t, T.Broadcast(N6));
        p = T.Fma(p, t, T.Broadcast(N5));
        p = T.Fma(p, t, T.Broadcast(N4));
        p = T.Fma(p, t, T.Broadcast(N3));
        p = T.Fma(p, t, T.Broadcast(N2));
        p = T.Fma(p, t, T.Broadcast(N1));
        p = T.Fma(p, t, T.Broadcast(N0));
        var tail = T.Multiply(T.Multiply(p, t), power);
        return T.SelectLess(x, T.Broadcast(0f), tail, T.Subtract(one, tail));
    }
}
