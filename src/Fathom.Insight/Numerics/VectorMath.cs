using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Fathom.Insight.Numerics;

/// <summary>Sums along vectors in double, with the same bits whatever the width of the machine's registers: always 8 lanes, folded in one order.</summary>
internal static class VectorMath
{
    /// <summary>Inner product of two float vectors; every product is exact in double.</summary>
    public static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var whole = a.Length & ~15;
        var low = Vector512<double>.Zero;
        var high = Vector512<double>.Zero;
        ref var left = ref MemoryMarshal.GetReference(a);
        ref var right = ref MemoryMarshal.GetReference(b[..a.Length]);
        for (var i = 0; i < whole; i += 16)
        {
            var (leftLow, leftHigh) = Vector512.Widen(Vector512.LoadUnsafe(ref left, (nuint)i));
            var (rightLow, rightHigh) = Vector512.Widen(Vector512.LoadUnsafe(ref right, (nuint)i));
            low += leftLow * rightLow;
            high += leftHigh * rightHigh;
        }

        var lanes = low + high;
        var sum = ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) + ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
        for (var i = whole; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
        }

        return sum;
    }
}
