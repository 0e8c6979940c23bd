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

    /// <summary>Inner product of two double vectors.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var whole = a.Length & ~7;
        var lanes = Vector512<double>.Zero;
        ref var left = ref MemoryMarshal.GetReference(a);
        ref var right = ref MemoryMarshal.GetReference(b[..a.Length]);
        for (var i = 0; i < whole; i += 8)
        {
            lanes += Vector512.LoadUnsafe(ref left, (nuint)i) * Vector512.LoadUnsafe(ref right, (nuint)i);
        }

        var sum = ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) + ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
        for (var i = whole; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    /// <summary>Squared distance of two float vectors; every difference is exact in double, or rounded once.</summary>
    public static double SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
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
            leftLow -= rightLow;
            leftHigh -= rightHigh;
            low += leftLow * leftLow;
            high += leftHigh * leftHigh;
        }

        var lanes = low + high;
        var sum = ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) + ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
        for (var i = whole; i < a.Length; i++)
        {
            var difference = (double)a[i] - b[i];
            sum += difference * difference;
        }

        return sum;
    }

    /// <summary>target += factor * source.</summary>
    public static void AddScaled(Span<double> target, ReadOnlySpan<double> source, double factor)
    {
        var whole = target.Length & ~7;
        ref var to = ref MemoryMarshal.GetReference(target);
        ref var from = ref MemoryMarshal.GetReference(source[..target.Length]);
        for (var i = 0; i < whole; i += 8)
        {
            (Vector512.LoadUnsafe(ref to, (nuint)i) + Vector512.LoadUnsafe(ref from, (nuint)i) * factor).StoreUnsafe(ref to, (nuint)i);
        }

        for (var i = whole; i < target.Length; i++)
        {
            target[i] += source[i] * factor;
        }
    }

    /// <summary>values *= factor.</summary>
    public static void Scale(Span<double> values, double factor)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] *= factor;
        }
    }
}
