using System.Runtime.CompilerServices;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>The functions of <see cref="Scalar.ScalarMath"/> on sixteen lanes, operation for operation.</summary>
/// <typeparam name="T">The lanes.</typeparam>
internal static unsafe class LaneMath<T>
    where T : struct, ILanes<T>
{
    /// <summary>e^x for x &lt;= 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ExpNonPositive(T x) => NumberMath<T>.ExpNonPositive(x);

    /// <summary>2^x for x &lt;= 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp2NonPositive(T x) => NumberMath<T>.Exp2NonPositive(x);

    /// <summary>x sigmoid(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Silu(T x) => NumberMath<T>.Silu(x);

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
