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
    public long ScratchFloats => TileScratch + (Decode == null ? 0 : 32L * Depth);

    private const int TileScratch = 16 * 32;

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
        var weights = (float*)(Panels + panel * PanelBytes);
        if (Decode != null)
        {
            Decode((byte*)weights, Depth, scratch + TileScratch);
            weights = scratch + TileScratch;
        }

        var first = panel * 32;
        var width = Math.Min(32, Outputs - first);
        var tiles = (Rows + TileRows - 1) / TileRows;
        var end = Math.Min(tiles, (group + 1) * TilesPerGroup);
        for (var t = group * TilesPerGroup; t < end; t++)
        {
            var rows = Math.Min(TileRows, Rows - t * TileRows);
            var tile = t == tiles - 1 ? Last : Whole;
            var to = Y + t * TileRows * YStride + first;
            var packed = Packed + t * PackedTileFloats;
            if (width == 32 && rows == tile.Rows)
            {
                tile.Run(packed, weights, to, (nint)YStride, Depth, Resume);
            }
            else
            {
                // An edge: through a whole tile of scratch, so that nothing beyond y is touched.
                if (Resume != 0)
                {
                    Copy(to, YStride, scratch, 32, rows, width);
                }

                tile.Run(packed, weights, scratch, 32, Depth, Resume);
                Copy(scratch, 32, to, YStride, rows, width);
            }

            if (Bias != null)
            {
                for (var row = 0; row < rows; row++)
                {
                    for (var n = 0; n < width; n++)
                    {
                        to[row * YStride + n] += Bias[first + n];
                    }
                }
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
