using Fathom.Tensors.Memory;
using Fathom.Tensors.Threading;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>
/// y = x W^T + bias. A few rows read the packed panels directly; more rows are packed into tiles, and each panel, widened once
/// into a worker's scratch, serves them all. Tasks are panels times groups of tiles, so no sum is ever split, and a part of the depth
/// goes on with the accumulators of the part before.
/// </summary>
internal sealed unsafe class Gemm(GemmKernels tiles, WorkPool workers, NativePool pool)
{
    /// <summary>Steps of the depth in one part: a panel of that part is 256 KiB.</summary>
    private const int MostDepth = 2048;

    /// <summary>Floats of packed rows worked on at once (1.5 MiB).</summary>
    private const long MostPacked = 384 * 1024;

    /// <summary>Rows up to which packed panels are read directly: unpacking them again for every four rows is cheaper than unpacking to memory.</summary>
    private const int MostFewRows = 8;

    /// <summary>The same for panels that need no unpacking, where register tiles are tall.</summary>
    private const int MostFewFloatRows = 4;

    /// <summary>Multiply-adds below which one thread is quicker than two.</summary>
    private const long WorthSharing = 64 * 1024;

    /// <summary>Computes all rows.</summary>
    public void Run(float* x, int rows, long xStride, PanelMatrix weight, float* bias, float* y, long yStride)
    {
        var panels = weight.Data(workers);
        if (rows > (weight.Code.IsFloat && tiles.MostRows > MostFewRows ? MostFewFloatRows : MostFewRows))
        {
            ManyRows(x, rows, xStride, weight, panels, bias, y, yStride);
        }
        else if (rows > 0)
        {
            FewRows(x, rows, xStride, weight, panels, bias, y, yStride);
        }
    }

    /// <summary>Runs work on all threads where it is worth waking them; <paramref name="size"/> counts multiply-adds.</summary>
    public static void Share(WorkPool workers, NativePool pool, delegate*<void*, NativePool, void> work, void* state, long size)
    {
        if (size < WorthSharing)
        {
            work(state, pool);
        }
        else
        {
            workers.Run(work, state);
        }
    }

    private void FewRows(float* x, int rows, long xStride, PanelMatrix weight, byte* panels, float* bias, float* y, long yStride)
    {
        var perTask = Math.Clamp(weight.Panels / (8 * workers.Threads), 1, 8) + 1 & ~1;
        var job = new FewRowsJob
        {
            Tasks = new WorkCounter((weight.Panels + perTask - 1) / perTask),
            PanelsPerTask = perTask,
            Panels = weight.Panels,
            Rows = rows,
            X = x,
            XStride = xStride,
            Depth = weight.Inputs,
            Outputs = weight.Outputs,
            Data = panels,
            PanelBytes = weight.PanelBytes,
            Bias = bias,
            Y = y,
            YStride = yStride,
            Code = weight.Code,
        };
        Share(workers, pool, &FewRowsJob.Work, &job, (long)rows * weight.Inputs * weight.Outputs);
    }

    private void ManyRows(float* x, int rows, long xStride, PanelMatrix weight, byte* panels, float* bias, float* y, long yStride)
    {
        var parts = (weight.Inputs + MostDepth - 1) / MostDepth;
        var depth = ((weight.Inputs + parts - 1) / parts + 31) / 32 * 32;
        var mostRows = Math.Max(1, (int)(MostPacked / depth) / tiles.MostRows) * tiles.MostRows;
        var blocks = (rows + mostRows - 1) / mostRows;
        var blockRows = Math.Min(mostRows, ((rows + blocks - 1) / blocks + tiles.MostRows - 1) / tiles.MostRows * tiles.MostRows);
        for (var from = 0; from < rows; from += blockRows)
        {
            var count = Math.Min(blockRows, rows - from);
            for (var k = 0; k < weight.Inputs; k += depth)
            {
                var last = k + depth >= weight.Inputs;
                Part(x + from * xStride + k, count, xStride, weight, panels + k / 32L * weight.Code.BlockBytes, Math.Min(depth, weight.Inputs - k), k > 0, last ? bias : null, y + from * yStride, yStride);
            }
        }
    }

    private void Part(float* x, int rows, long xStride, PanelMatrix weight, byte* panels, int depth, bool resume, float* bias, float* y, long yStride)
    {
        // Tiles of even height: 16 rows are two tiles of 8, not 14 and 2.
        var count = (rows + tiles.MostRows - 1) / tiles.MostRows;
        var whole = tiles.For((rows + count - 1) / count);
        count = (rows + whole.Rows - 1) / whole.Rows;
        var last = tiles.For(rows - (count - 1) * whole.Rows);
        var tileFloats = (depth + 15L) / 16 * 16 * whole.Rows;
        var packedBytes = count * tileFloats * sizeof(float);
        var packed = (float*)pool.Rent(packedBytes);
        try
        {
            var packing = new RowPackJob
            {
                Tasks = new WorkCounter(count),
                X = x,
                XStride = xStride,
                Rows = rows,
                TileRows = whole.Rows,
                LastTileRows = last.Rows,
                Depth = depth,
                Packed = packed,
                PackedTileFloats = tileFloats,
            };
            Share(workers, pool, &RowPackJob.Work, &packing, (long)rows * depth);

            // Enough tasks for the threads even where panels are few.
            var groups = Math.Clamp((4 * workers.Threads + weight.Panels - 1) / weight.Panels, 1, count);
            var perGroup = (count + groups - 1) / groups;
            var job = new TileJob
            {
                Tasks = new WorkCounter((long)weight.Panels * groups),
                RowGroups = groups,
                TilesPerGroup = perGroup,
                Rows = rows,
                TileRows = whole.Rows,
                Whole = whole,
                Last = last,
                Packed = packed,
                PackedTileFloats = tileFloats,
                Panels = panels,
                PanelBytes = weight.PanelBytes,
                BlockBytes = weight.Code.BlockBytes,
                Depth = depth,
                Resume = resume ? 1 : 0,
                Outputs = weight.Outputs,
                Bias = bias,
                Y = y,
                YStride = yStride,
                Decode = weight.Code.IsFloat ? null : weight.Code.Decode,
            };
            Share(workers, pool, &TileJob.Work, &job, (long)rows * depth * weight.Outputs);
        }
        finally
        {
            pool.Return(packed, packedBytes);
        }
    }
}
