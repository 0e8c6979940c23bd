using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>Transposes small squares of floats in registers.</summary>
internal static unsafe class Turning
{
    /// <summary>to[j, i] = from[i, j] for eight rows i and eight columns j, of which the first <paramref name="count"/> are written; all 64 are read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void EightByEight(float* from, long fromStride, float* to, long toStride, int count)
    {
        if (!Avx.IsSupported)
        {
            for (var j = 0; j < count; j++)
            {
                for (var i = 0; i < 8; i++)
                {
                    to[j * toStride + i] = from[i * fromStride + j];
                }
            }

            return;
        }

        // Rows i and i + 4 share a register, so that what remains are 4 x 4 squares in each half.
        var (a, b) = (Halves(from, fromStride), Halves(from + fromStride, fromStride));
        var (c, d) = (Halves(from + 2 * fromStride, fromStride), Halves(from + 3 * fromStride, fromStride));
        var (e, f) = (Halves(from + 4, fromStride), Halves(from + fromStride + 4, fromStride));
        var (g, h) = (Halves(from + 2 * fromStride + 4, fromStride), Halves(from + 3 * fromStride + 4, fromStride));
        Four(a, b, c, d, to, toStride, count);
        if (count > 4)
        {
            Four(e, f, g, h, to + 4 * toStride, toStride, count - 4);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Halves(float* row, long stride) => Vector256.Create(Vector128.Load(row), Vector128.Load(row + 4 * stride));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d, float* to, long stride, int count)
    {
        var (low, high) = (Avx.UnpackLow(a, b).AsDouble(), Avx.UnpackHigh(a, b).AsDouble());
        var (low2, high2) = (Avx.UnpackLow(c, d).AsDouble(), Avx.UnpackHigh(c, d).AsDouble());
        Avx.UnpackLow(low, low2).AsSingle().Store(to);
        if (count > 1) Avx.UnpackHigh(low, low2).AsSingle().Store(to + stride);
        if (count > 2) Avx.UnpackLow(high, high2).AsSingle().Store(to + 2 * stride);
        if (count > 3) Avx.UnpackHigh(high, high2).AsSingle().Store(to + 3 * stride);
    }
}
