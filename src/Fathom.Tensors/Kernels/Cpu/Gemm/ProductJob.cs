using Fathom.Tensors.Memory;
using Fathom.Tensors.Threading;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>A packed block of A times the same part of the depth of B, panel by panel.</summary>
internal unsafe struct ProductJob
{
    /// <summary>Tasks: panel-major, then groups of tiles.</summary>
    public WorkCounter Tasks;

    /// <summary>What is computed; A is read from <see cref="Packed"/>.</summary>
    public Product Product;

    /// <summary>A packed by <see cref="RowPackJob"/> or <see cref="ColumnPackJob"/>.</summary>
    public float* Packed;

    /// <summary>Floats of a packed whole tile.</summary>
    public long PackedTileFloats;

    /// <summary>Tiles, tiles in a group, groups a panel's rows are cut into.</summary>
    public int Tiles, TilesPerGroup, Groups;

    /// <summary>Panels from the one at hand to the one this thread will probably take next.</summary>
    public int Ahead;

    /// <summary>The tile for whole tiles and for the last.</summary>
    public GemmKernels.Tile Whole, Last;

    /// <summary>Takes tasks until none is left.</summary>
    public static void Work(void* state, NativePool pool)
    {
        var job = (ProductJob*)state;
        var bytes = (TileRunner.ScratchFloats + 32L * job->Product.Depth) * sizeof(float);
        var scratch = (float*)pool.Rent(bytes);
        try
        {
            while (job->Tasks.TryTake(out var task))
            {
                job->Run((int)(task / job->Groups), (int)(task % job->Groups), scratch, scratch + TileRunner.ScratchFloats);
            }
        }
        finally
        {
            pool.Return(scratch, bytes);
        }
    }

    private void Run(int panel, int group, float* scratch, float* packedPanel)
    {
        var from = group * TilesPerGroup;
        var end = Math.Min(Tiles, from + TilesPerGroup);
        if (from >= end)
        {
            return;
        }

        var first = panel * 32;
        var width = Math.Min(32, Product.Columns - first);
        PanelPacking.Pack(Product, first, width, packedPanel);
        var next = first + Ahead * 32;
        var hasNext = Groups == 1 && end - from >= 4 && next + 32 <= Product.Columns;
        for (var t = from; t < end; t++)
        {
            // Meanwhile the next panel's source comes nearer, a slice with every tile.
            if (hasNext)
            {
                PanelPacking.Prefetch(Product, next, t - from, end - from);
            }

            var row = t * Whole.Rows;
            var tile = t == Tiles - 1 ? Last : Whole;
            var to = Product.C + row * Product.CRow + first;
            if (t + 1 < end && !Product.Fresh)
            {
                // Chains begin with what is there: without this every tile waits for it (3 %, measured).
                TileRunner.Prefetch(to + Whole.Rows * Product.CRow, Product.CRow, Math.Min(Whole.Rows, Product.Rows - row - Whole.Rows));
            }

            TileRunner.Run(tile, Packed + t * PackedTileFloats, packedPanel, to, Product.CRow, Math.Min(Whole.Rows, Product.Rows - row), width, Product.Depth, Product.Fresh ? 0 : 1, scratch);
        }
    }
}
