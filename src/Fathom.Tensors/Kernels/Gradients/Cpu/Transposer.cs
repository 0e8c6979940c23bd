using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Fathom.Tensors.Kernels.Cpu;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>Transposes small matrices in squares of eight and four. Moves numbers only.</summary>
internal static unsafe class Transposer
{
    /// <summary>to[column, row] = from[row, column]; rows from <paramref name="rows"/> to <paramref name="padded"/> become zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* from, nint fromStride, int rows, int columns, float* to, nint toStride, int padded)
    {
        var row = 0;
        for (; row <= rows - 8; row += 8)
        {
            var column = 0;
            for (; column <= columns - 8; column += 8)
            {
                Turning.EightByEight(from + row * fromStride + column, fromStride, to + column * toStride + row, toStride, 8);
            }

            for (; column < columns; column++)
            {
                for (var r = row; r < row + 8; r++)
                {
                    to[column * toStride + r] = from[r * fromStride + column];
                }
            }
        }

        for (; row <= rows - 4; row += 4)
        {
            var column = 0;
            for (; column <= columns - 4; column += 4)
            {
                Square(from + row * fromStride + column, fromStride, to + column * toStride + row, toStride);
            }

            for (; column < columns; column++)
            {
                for (var r = row; r < row + 4; r++)
                {
                    to[column * toStride + r] = from[r * fromStride + column];
                }
            }
        }

        for (; row < padded; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                to[column * toStride + row] = row < rows ? from[row * fromStride + column] : 0f;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Square(float* from, nint fromStride, float* to, nint toStride)
    {
        var a = Vector128.Load(from);
        var b = Vector128.Load(from + fromStride);
        var c = Vector128.Load(from + 2 * fromStride);
        var d = Vector128.Load(from + 3 * fromStride);
        if (Sse.IsSupported)
        {
            var (ab, cd) = (Sse.UnpackLow(a, b), Sse.UnpackLow(c, d));
            Sse.MoveLowToHigh(ab, cd).Store(to);
            Sse.MoveHighToLow(cd, ab).Store(to + toStride);
            (ab, cd) = (Sse.UnpackHigh(a, b), Sse.UnpackHigh(c, d));
            Sse.MoveLowToHigh(ab, cd).Store(to + 2 * toStride);
            Sse.MoveHighToLow(cd, ab).Store(to + 3 * toStride);
        }
        else if (AdvSimd.Arm64.IsSupported)
        {
            var (ac, bd) = (AdvSimd.Arm64.ZipLow(a, c), AdvSimd.Arm64.ZipLow(b, d));
            AdvSimd.Arm64.ZipLow(ac, bd).Store(to);
            AdvSimd.Arm64.ZipHigh(ac, bd).Store(to + toStride);
            (ac, bd) = (AdvSimd.Arm64.ZipHigh(a, c), AdvSimd.Arm64.ZipHigh(b, d));
            AdvSimd.Arm64.ZipLow(ac, bd).Store(to + 2 * toStride);
            AdvSimd.Arm64.ZipHigh(ac, bd).Store(to + 3 * toStride);
        }
        else
        {
            for (var i = 0; i < 4; i++)
            {
                Vector128.Create(a[i], b[i], c[i], d[i]).Store(to + i * toStride);
            }
        }
    }
}
