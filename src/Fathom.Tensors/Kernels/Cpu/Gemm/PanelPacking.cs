using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>Packs 32 columns of B into a panel <c>[depth, 32]</c>; columns that are not there are zero. Copies only.</summary>
internal static unsafe class PanelPacking
{
    /// <summary>Packs the <paramref name="width"/> columns from <paramref name="first"/> on.</summary>
    public static void Pack(in Product product, int first, int width, float* panel)
    {
        var from = product.B + first * product.BColumn;
        if (product.BColumn == 1)
        {
            Copy(from, product.BDepth, product.Depth, width, panel);
        }
        else
        {
            Turn(from, product.BColumn, product.Depth, width, panel);
        }
    }

    /// <summary>Asks for slice <paramref name="slice"/> of <paramref name="slices"/> of the panel at <paramref name="first"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Prefetch(in Product product, int first, int slice, int slices)
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        // Lines of memory are depth steps or columns; each is asked for in runs of sixteen floats.
        var turned = product.BColumn != 1;
        var (lines, run, stride) = turned ? (32, product.Depth, product.BColumn) : (product.Depth, 32, product.BDepth);
        var from = product.B + first * product.BColumn;
        var total = (long)lines * ((run + 15) / 16);
        var perLine = (run + 15) / 16;
        var at = total * slice / slices;
        var end = total * (slice + 1) / slices;
        var (line, piece) = (at / perLine, at % perLine);
        for (; at < end; at++)
        {
            Sse.Prefetch1(from + line * stride + piece * 16);
            if (++piece == perLine)
            {
                (line, piece) = (line + 1, 0);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy(float* from, long stride, int depth, int width, float* panel)
    {
        if (width < 32)
        {
            for (var k = 0; k < depth; k++, from += stride, panel += 32)
            {
                new ReadOnlySpan<float>(from, width).CopyTo(new Span<float>(panel, width));
                new Span<float>(panel + width, 32 - width).Clear();
            }

            return;
        }

        for (var k = 0; k < depth; k++, from += stride, panel += 32)
        {
            Vector256.Load(from).Store(panel);
            Vector256.Load(from + 8).Store(panel + 8);
            Vector256.Load(from + 16).Store(panel + 16);
            Vector256.Load(from + 24).Store(panel + 24);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Turn(float* from, long stride, int depth, int width, float* panel)
    {
        // Sixteen steps at a time: each column's cache line is read once, and what is written stays in the first-level cache.
        for (var k = 0; k < depth; k += 16)
        {
            for (var j = 0; j < 32; j += 8)
            {
                var to = panel + k * 32L + j;
                if (j + 8 <= width && k + 16 <= depth)
                {
                    Turning.EightByEight(from + j * stride + k, stride, to, 32, 8);
                    Turning.EightByEight(from + j * stride + k + 8, stride, to + 256, 32, 8);
                    continue;
                }

                for (var s = 0; s < Math.Min(16, depth - k); s++)
                {
                    for (var i = 0; i < 8; i++)
                    {
                        to[s * 32 + i] = j + i < width ? from[(j + i) * stride + k + s] : 0f;
                    }
                }
            }
        }
    }
}
