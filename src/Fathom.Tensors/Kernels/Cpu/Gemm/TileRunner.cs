using System.Runtime.Intrinsics.X86;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>Runs one register tile on its place in C, whole or at an edge.</summary>
internal static unsafe class TileRunner
{
    /// <summary>Floats of scratch that an edge needs.</summary>
    public const int ScratchFloats = 16 * 32;

    /// <summary>c [rows, width] = (resume != 0 ? c : 0) + packed rows times the panel; rows and width may be less than the tile's.</summary>
    public static void Run(GemmKernels.Tile tile, float* packed, float* panel, float* c, long stride, int rows, int width, int depth, int resume, float* scratch)
    {
        if (width == 32 && rows == tile.Rows)
        {
            if (Sse.IsSupported)
            {
                // The lines to be written come while the tile is computed.
                for (var row = 0; row < rows; row++)
                {
                    Sse.Prefetch0(c + row * stride);
                    Sse.Prefetch0(c + row * stride + 31);
                }
            }

            tile.Run(packed, panel, c, (nint)stride, depth, resume);
            return;
        }

        // Through a whole tile of scratch, so that nothing beyond c is touched.
        if (resume != 0)
        {
            Copy(c, stride, scratch, 32, rows, width);
        }

        tile.Run(packed, panel, scratch, 32, depth, resume);
        Copy(scratch, 32, c, stride, rows, width);
    }

    /// <summary>Asks for the place of a tile that comes next.</summary>
    public static void Prefetch(float* c, long stride, int rows)
    {
        if (Sse.IsSupported)
        {
            for (var row = 0; row < rows; row++)
            {
                Sse.Prefetch1(c + row * stride);
                Sse.Prefetch1(c + row * stride + 31);
            }
        }
    }

    private static void Copy(float* from, long fromStride, float* to, long toStride, int rows, int width)
    {
        for (var row = 0; row < rows; row++)
        {
            new ReadOnlySpan<float>(from + row * fromStride, width).CopyTo(new Span<float>(to + row * toStride, width));
        }
    }
}
