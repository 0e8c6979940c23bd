using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Fathom.Tensors.Memory;
using Fathom.Tensors.Threading;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>Packs rows into tiles: <c>[depth / 16][tile rows][16]</c>, so that a tile reads one stream with constant offsets. Copies only.</summary>
internal unsafe struct RowPackJob
{
    /// <summary>Tasks: tiles.</summary>
    public WorkCounter Tasks;

    /// <summary>First row at the first step of this part of the depth, and the stride of rows.</summary>
    public float* X;
    public long XStride;

    /// <summary>Rows in all, rows of a whole tile.</summary>
    public int Rows, TileRows;

    /// <summary>Rows that the last tile's code computes.</summary>
    public int LastTileRows;

    /// <summary>Steps of the depth.</summary>
    public int Depth;

    /// <summary>Where to.</summary>
    public float* Packed;
    public long PackedTileFloats;

    /// <summary>Takes tasks until none is left.</summary>
    public static void Work(void* state, NativePool pool)
    {
        var job = (RowPackJob*)state;
        while (job->Tasks.TryTake(out var tile))
        {
            job->Run((int)tile);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Run(int tile)
    {
        var first = tile * TileRows;
        var rows = Math.Min(TileRows, Rows - first);
        var height = first + TileRows >= Rows ? LastTileRows : TileRows;
        var to = Packed + tile * PackedTileFloats;
        for (var k = 0; k < Depth; k += 16)
        {
            var steps = Math.Min(16, Depth - k);
            for (var row = 0; row < height; row++, to += 16)
            {
                var from = X + (first + row) * XStride + k;
                if (row >= rows)
                {
                    new Span<float>(to, 16).Clear();
                }
                else if (steps == 16)
                {
                    Vector256.Load(from).Store(to);
                    Vector256.Load(from + 8).Store(to + 8);
                }
                else
                {
                    new ReadOnlySpan<float>(from, steps).CopyTo(new Span<float>(to, steps));
                }
            }
        }
    }
}
