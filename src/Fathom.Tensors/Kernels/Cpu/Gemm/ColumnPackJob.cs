using System.Runtime.CompilerServices;
using Fathom.Tensors.Memory;
using Fathom.Tensors.Threading;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>
/// Packs a matrix that lies turned, <c>[depth, rows]</c>, into the tiles of <see cref="RowPackJob"/>: sixteen steps of the depth for all
/// rows, so that the source is read along its lines. Copies only.
/// </summary>
internal unsafe struct ColumnPackJob
{
    /// <summary>Tasks: sixteen steps of the depth each.</summary>
    public WorkCounter Tasks;

    /// <summary>First row at the first step, and the stride of steps.</summary>
    public float* X;
    public long XStride;

    /// <summary>Rows in all, rows of a whole tile, rows that the last tile's code computes.</summary>
    public int Rows, TileRows, LastTileRows;

    /// <summary>Steps of the depth.</summary>
    public int Depth;

    /// <summary>Where to.</summary>
    public float* Packed;
    public long PackedTileFloats;

    /// <summary>Takes tasks until none is left.</summary>
    public static void Work(void* state, NativePool pool)
    {
        var job = (ColumnPackJob*)state;
        while (job->Tasks.TryTake(out var task))
        {
            // Eight lines at a time: at strides of whole pages more would push one another out of the first-level cache.
            for (var half = 0; half < 16; half += 8)
            {
                job->Run((int)task, half);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Run(int chunk, int half)
    {
        var k = chunk * 16 + half;
        var steps = Math.Min(8, Depth - k);
        if (steps <= 0)
        {
            return;
        }

        var from = X + k * XStride;
        for (int first = 0, tile = 0; first < Rows; first += TileRows, tile++)
        {
            var isLast = first + TileRows >= Rows;
            var height = isLast ? LastTileRows : TileRows;
            var to = Packed + tile * PackedTileFloats + (long)chunk * 16 * height + half;
            for (var row = 0; row < height; row += 8)
            {
                var count = Math.Min(8, height - row);
                if (steps == 8 && first + row + 8 <= Rows)
                {
                    Turning.EightByEight(from + first + row, XStride, to + row * 16, 16, count);
                    continue;
                }

                for (var r = row; r < row + count; r++)
                {
                    for (var s = 0; s < steps; s++)
                    {
                        to[r * 16 + s] = first + r < Rows ? from[s * XStride + first + r] : 0f;
                    }
                }
            }
        }
    }
}
