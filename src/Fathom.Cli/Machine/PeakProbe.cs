using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Fathom.Cli.Machine;

/// <summary>
/// Measures in a fraction of a second what the processor gives: fused multiply-adds on registers alone (the ceiling of every
/// kernel) and reading memory (the ceiling of decoding). The best of short rounds: what other programs take is not the processor's.
/// </summary>
internal static class PeakProbe
{
    private const int Rounds = 5;
    private const int Steps = 400_000;
    private const int ReadBytes = 64 << 20;

    /// <summary>GFLOP/s of fused multiply-add on <paramref name="threads"/> threads together.</summary>
    public static double MultiplyAddGigaflops(int threads)
    {
        var width = Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4;
        Func<int, float> kernel = width switch { 16 => Wide, 8 => Middle, _ => Narrow };
        const int Accumulators = 12;
        kernel(Steps);
        var seconds = LeastSeconds(threads, () => kernel(Steps));
        return 2.0 * width * Accumulators * Steps * threads / seconds / 1e9;
    }

    /// <summary>GB/s of reading memory that no cache holds, on <paramref name="threads"/> threads together.</summary>
    public static double ReadGigabytes(int threads)
    {
        var buffers = new long[threads][];
        for (var i = 0; i < threads; i++)
        {
            buffers[i] = new long[ReadBytes / sizeof(long)];
            buffers[i].AsSpan().Fill(i + 1);
        }

        var next = 0;
        Sum(buffers[0]);
        var seconds = LeastSeconds(threads, () => Sum(buffers[(Interlocked.Increment(ref next) - 1) % threads]));
        return (double)ReadBytes * threads / seconds / 1e9;
    }

    private static double LeastSeconds(int threads, Func<float> work)
    {
        var times = new double[Rounds];
        float kept = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            var others = new Thread[threads - 1];
            for (var i = 0; i < others.Length; i++)
            {
                others[i] = new Thread(() => work());
                others[i].Start();
            }

            kept += work();
            foreach (var other in others)
            {
                other.Join();
            }

            times[round] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        GC.KeepAlive(kept);
        return times.Min();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Sum(long[] values)
    {
        var a = Vector256<long>.Zero;
        var b = Vector256<long>.Zero;
        var c = Vector256<long>.Zero;
        var d = Vector256<long>.Zero;
        for (var i = 0; i + 16 <= values.Length; i += 16)
        {
            a += Vector256.LoadUnsafe(ref values[i]);
            b += Vector256.LoadUnsafe(ref values[i], 4);
            c += Vector256.LoadUnsafe(ref values[i], 8);
            d += Vector256.LoadUnsafe(ref values[i], 12);
        }

        return Vector256.Sum(a + b + c + d);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Wide(int steps)
    {
        Vector512<float> x = Vector512.Create(0.999f), y = Vector512.Create(0.001f);
        Vector512<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
        for (var step = 0; step < steps; step++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, y);
            b = Vector512.FusedMultiplyAdd(b, x, y);
            c = Vector512.FusedMultiplyAdd(c, x, y);
            d = Vector512.FusedMultiplyAdd(d, x, y);
            e = Vector512.FusedMultiplyAdd(e, x, y);
            f = Vector512.FusedMultiplyAdd(f, x, y);
            g = Vector512.FusedMultiplyAdd(g, x, y);
            h = Vector512.FusedMultiplyAdd(h, x, y);
            i = Vector512.FusedMultiplyAdd(i, x, y);
            j = Vector512.FusedMultiplyAdd(j, x, y);
            k = Vector512.FusedMultiplyAdd(k, x, y);
            l = Vector512.FusedMultiplyAdd(l, x, y);
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Middle(int steps)
    {
        Vector256<float> x = Vector256.Create(0.999f), y = Vector256.Create(0.001f);
        Vector256<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
        for (var step = 0; step < steps; step++)
        {
            a = Vector256.FusedMultiplyAdd(a, x, y);
            b = Vector256.FusedMultiplyAdd(b, x, y);
            c = Vector256.FusedMultiplyAdd(c, x, y);
            d = Vector256.FusedMultiplyAdd(d, x, y);
            e = Vector256.FusedMultiplyAdd(e, x, y);
            f = Vector256.FusedMultiplyAdd(f, x, y);
            g = Vector256.FusedMultiplyAdd(g, x, y);
            h = Vector256.FusedMultiplyAdd(h, x, y);
            i = Vector256.FusedMultiplyAdd(i, x, y);
            j = Vector256.FusedMultiplyAdd(j, x, y);
            k = Vector256.FusedMultiplyAdd(k, x, y);
            l = Vector256.FusedMultiplyAdd(l, x, y);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Narrow(int steps)
    {
        Vector128<float> x = Vector128.Create(0.999f), y = Vector128.Create(0.001f);
        Vector128<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
        for (var step = 0; step < steps; step++)
        {
            a = Vector128.FusedMultiplyAdd(a, x, y);
            b = Vector128.FusedMultiplyAdd(b, x, y);
            c = Vector128.FusedMultiplyAdd(c, x, y);
            d = Vector128.FusedMultiplyAdd(d, x, y);
            e = Vector128.FusedMultiplyAdd(e, x, y);
            f = Vector128.FusedMultiplyAdd(f, x, y);
            g = Vector128.FusedMultiplyAdd(g, x, y);
            h = Vector128.FusedMultiplyAdd(h, x, y);
            i = Vector128.FusedMultiplyAdd(i, x, y);
            j = Vector128.FusedMultiplyAdd(j, x, y);
            k = Vector128.FusedMultiplyAdd(k, x, y);
            l = Vector128.FusedMultiplyAdd(l, x, y);
        }

        return Vector128.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
