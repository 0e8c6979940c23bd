using System.Runtime.CompilerServices;
using static Fathom.Tensors.Kernels.MathConstants;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>The functions of <see cref="Scalar.ScalarMath"/> on sixteen lanes, operation for operation.</summary>
/// <typeparam name="T">The lanes.</typeparam>
internal static unsafe class LaneMath<T>
    where T : struct, ILanes<T>
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

    /// <summary>Reads <paramref name="count"/> floats (1 to 15), the lanes beyond them filled with <paramref name="filler"/>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static T LoadPart(float* from, int count, float filler)
    {
        var lanes = stackalloc float[16];
        for (var i = 0; i < 16; i++)
        {
            lanes[i] = i < count ? from[i] : filler;
        }

        return T.Load(lanes);
    }

    /// <summary>Writes the first <paramref name="count"/> lanes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void StorePart(T x, float* to, int count)
    {
        var lanes = stackalloc float[16];
        T.Store(x, lanes);
        for (var i = 0; i < count; i++)
        {
            to[i] = lanes[i];
        }
    }
}
