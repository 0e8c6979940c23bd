using Fathom.Tensors.Memory;
using Fathom.Tensors.Threading;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>
/// Products of two matrices of which neither is kept packed: those of training. A block of A is packed into tiles by all threads; then
/// each thread packs a panel of B and takes all tiles past it. C is where the chains begin and every part of the depth goes on with
/// them, so an output is one chain of FMAs in the order of the depth, whatever the blocks, the threads and the width.
/// </summary>
internal sealed unsafe class ProductGemm(GemmKernels tiles, WorkPool workers, NativePool pool)
{
    /// <summary>Floats of packed A worked on at once (1.5 MiB).</summary>
    private const int MostPacked = 384 * 1024;

    /// <summary>Steps of the depth in one part: fewer parts touch C less often, shorter panels stay in the second-level cache.</summary>
    private const int LeastDepth = 256, MostDepth = 1024, MostDepthOfLowTiles = 384;

    /// <summary>Rows of tiles that read so much of a panel for each multiply-add that it had better stay near.</summary>
    private const int LowTile = 8;

    /// <summary>Columns up to which a tall product is turned: a panel is 32 wide, and what is not there is computed all the same.</summary>
    private const int NarrowColumns = 16;

    /// <summary>Computes the product.</summary>
    public void Run(in Product product)
    {
        if (product.Rows == 0 || product.Columns == 0) return;
        if (product.Columns <= NarrowColumns && product.Rows >= 4 * NarrowColumns)
        {
            Narrow(product);
            return;
        }

        var mostDepth = tiles.MostRows > LowTile ? MostDepth : MostDepthOfLowTiles;
        var parts = Parts(product.Depth, Math.Clamp(MostPacked / product.Rows, LeastDepth, mostDepth));
        var depth = Up(Parts(product.Depth, parts), 16);
        var blocks = Parts(product.Rows, Math.Max(1, MostPacked / Math.Max(1, depth)));
        var rows = Up(Parts(product.Rows, blocks), tiles.MostRows);
        for (var row = 0; row < product.Rows; row += rows)
        {
            for (var k = 0; k < product.Depth; k += depth)
                Block(product.Part(row, Math.Min(rows, product.Rows - row), k, Math.Min(depth, product.Depth - k)));
        }
    }

    private static int Parts(int count, int size) => (count + size - 1) / Math.Max(1, size);

    private static int Up(int count, int multiple) => (count + multiple - 1) / multiple * multiple;

    // Low-rank adapters: the few columns become the rows of a tile. Each output is the same chain.
    private void Narrow(in Product product)
    {
        var bytes = (long)product.Rows * product.Columns * sizeof(float);
        var turned = (float*)pool.Rent(bytes);
        try
        {
            for (var j = 0L; !product.Fresh && j < product.Columns; j++)
            {
                for (var i = 0L; i < product.Rows; i++) turned[j * product.Rows + i] = product.C[i * product.CRow + j];
            }

            Run(product.Turned(turned));
            for (var j = 0L; j < product.Columns; j++)
            {
                for (var i = 0L; i < product.Rows; i++) product.C[i * product.CRow + j] = turned[j * product.Rows + i];
            }
        }
        finally
        {
            pool.Return(turned, bytes);
        }
    }

    private void Block(in Product product)
    {
        // Tiles of even height: 16 rows are two tiles of 8, not 14 and 2.
        var count = Parts(product.Rows, tiles.MostRows);
        var whole = tiles.For(Parts(product.Rows, count));
        count = Parts(product.Rows, whole.Rows);
        var last = tiles.For(product.Rows - (count - 1) * whole.Rows);
        var tileFloats = (long)Up(product.Depth, 16) * whole.Rows;
        var packedBytes = count * tileFloats * sizeof(float);
        var packed = (float*)pool.Rent(packedBytes);
        try
        {
            Pack(product, packed, tileFloats, count, whole.Rows, last.Rows);

            // Enough tasks for the threads even where panels are few.
            var panels = Parts(product.Columns, 32);
            var groups = workers.Threads == 1 ? 1 : Math.Clamp(Parts(4 * workers.Threads, panels), 1, count);
            var job = new ProductJob
            {
                Tasks = new WorkCounter((long)panels * groups),
                Product = product,
                Packed = packed,
                PackedTileFloats = tileFloats,
                Tiles = count,
                TilesPerGroup = Parts(count, groups),
                Groups = groups,
                Ahead = workers.Threads,
                Whole = whole,
                Last = last,
            };
            Gemm.Share(workers, pool, &ProductJob.Work, &job, (long)product.Rows * product.Columns * product.Depth);
        }
        finally
        {
            pool.Return(packed, packedBytes);
        }
    }

    private void Pack(in Product product, float* packed, long tileFloats, int count, int tileRows, int lastTileRows)
    {
        var size = (long)product.Rows * product.Depth;
        if (product.ADepth == 1)
        {
            var job = new RowPackJob
            {
                Tasks = new WorkCounter(count),
                X = product.A,
                XStride = product.ARow,
                Rows = product.Rows,
                TileRows = tileRows,
                LastTileRows = lastTileRows,
                Depth = product.Depth,
                Packed = packed,
                PackedTileFloats = tileFloats,
            };
            Gemm.Share(workers, pool, &RowPackJob.Work, &job, size);
        }
        else
        {
            var job = new ColumnPackJob
            {
                Tasks = new WorkCounter(Parts(product.Depth, 16)),
                X = product.A,
                XStride = product.ADepth,
                Rows = product.Rows,
                TileRows = tileRows,
                LastTileRows = lastTileRows,
                Depth = product.Depth,
                Packed = packed,
                PackedTileFloats = tileFloats,
            };
            Gemm.Share(workers, pool, &ColumnPackJob.Work, &job, size);
        }
    }
}
