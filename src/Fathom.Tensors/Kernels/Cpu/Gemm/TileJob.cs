using System.Runtime.Intrinsics.X86;
using Fathom.Tensors.Memory;
using Fathom.Tensors.Threading;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>Part of a matrix product: packed rows times the same part of the depth of every panel.</summary>
internal unsafe struct TileJob
{
    /// <summary>Tasks: panel-major, then groups of tiles.</summary>
    public WorkCounter Tasks;

    /// <summary>Groups of tiles a panel's rows are cut into.</summary>
    public int RowGroups;

    /// <summary>Tiles in a group.</summary>
    public int TilesPerGroup;

    /// <summary>Rows, and rows of a tile (the last tile may have fewer).</summary>
    public int Rows, TileRows;

    /// <summary>The tile for whole tiles and for the last.</summary>
    public GemmKernels.Tile Whole, Last;

    /// <summary>Rows packed by <see cref="RowPackJob"/>.</summary>
    public float* Packed;

    /// <summary>Floats of a packed whole tile.</summary>
    public long PackedTileFloats;

    /// <summary>First panel's block where this part of the depth begins.</summary>
    public byte* Panels;

    /// <summary>Bytes from panel to panel.</summary>
    public long PanelBytes;

    /// <summary>Bytes of a block of 32 steps.</summary>
    public int BlockBytes;

    /// <summary>Steps of the depth in this part.</summary>
    public int Depth;

    /// <summary>1 where y holds the sums of the earlier parts.</summary>
    public int Resume;

    /// <summary>Outputs, columns of y.</summary>
    public int Outputs;

    /// <summary>Bias to add after the last part of the depth, or null.</summary>
    public float* Bias;

    /// <summary>y and its stride.</summary>
    public float* Y;
    public long YStride;

    /// <summary>Widens blocks to fp32; null where they are.</summary>
    public delegate*<byte*, int, float*, void> Decode;

    /// <summary>Floats of a worker's scratch.</summary>
    public long ScratchFloats => TileRunner.ScratchFloats + (Decode == null ? 0 : 32L * Depth);

    private const int ShortRun = 128;

    /// <summary>Takes tasks until none is left.</summary>
    public static void Work(void* state, NativePool pool)
    {
        var job = (TileJob*)state;
        var bytes = job->ScratchFloats * sizeof(float);
        var scratch = (float*)pool.Rent(bytes);
        try
        {
            while (job->Tasks.TryTake(out var task))
            {
                job->Run((int)(task / job->RowGroups), (int)(task % job->RowGroups), scratch);
            }
        }
        finally
        {
            pool.Return(scratch, bytes);
        }
    }

    private void Run(int panel, int group, float* scratch)
    {
        var first = panel * 32;
        var width = Math.Min(32, Outputs - first);
        var tiles = (Rows + TileRows - 1) / TileRows;
        var from = group * TilesPerGroup;
        var end = Math.Min(tiles, from + TilesPerGroup);

        if (from >= end)
        {
            return;
        }

        // Few tiles: widen a little at a time, so that it stays in the first-level cache. Many: widen all, touch y once.
        var steps = Decode != null && end - from <= 2 ? ShortRun : Depth;
        for (var k = 0; k < Depth; k += steps)
        {
            var count = Math.Min(steps, Depth - k);
            var weights = Panels + panel * PanelBytes + k / 32 * (long)BlockBytes;
            if (Decode != null)
            {
                Decode(weights, count, scratch + TileRunner.ScratchFloats);
                if (steps < Depth)
                {
                    Prefetch(weights + (long)(steps / 32) * BlockBytes, (long)(steps / 32) * BlockBytes);
                }

                weights = (byte*)(scratch + TileRunner.ScratchFloats);
            }

            // Meanwhile the next panel comes nearer, a slice with every tile; with few tiles the slices would choke the reads at hand.
            var next = Panels + (panel + 1) * PanelBytes;
            var slice = steps == Depth && end - from >= 4 && panel + 1 < (Outputs + 31) / 32 ? (Depth / 32 * (long)BlockBytes / (end - from) + 63) / 64 * 64 : 0;
            for (var t = from; t < end; t++)
            {
                Prefetch(next, slice);
                next += slice;
                var rows = Math.Min(TileRows, Rows - t * TileRows);
                var tile = t == tiles - 1 ? Last : Whole;
                var to = Y + t * TileRows * YStride + first;
                TileRunner.Run(tile, Packed + t * PackedTileFloats + (long)k * tile.Rows, (float*)weights, to, YStride, rows, width, count, k > 0 ? 1 : Resume, scratch);
                if (Bias != null && k + count == Depth)
                {
                    AddBias(to, rows, width, Bias + first);
                }
            }
        }
    }

    // The next run's bytes come while this one is computed; addresses past the end do no harm.
    private static void Prefetch(byte* from, long bytes)
    {
        if (Sse.IsSupported)
        {
            for (long at = 0; at < bytes; at += 64)
            {
                Sse.Prefetch1(from + at);
            }
        }
    }

    private readonly void AddBias(float* to, int rows, int width, float* bias)
    {
        for (var row = 0; row < rows; row++)
        {
            for (var n = 0; n < width; n++)
            {
                to[row * YStride + n] += bias[n];
            }
        }
    }
}
