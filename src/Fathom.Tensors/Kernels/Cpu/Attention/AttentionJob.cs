using Fathom.Tensors.Memory;
using Fathom.Tensors.Threading;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>
/// Attention of a batch: the queries that share a key/value head (rows times heads of its group) are cut into register tiles; a task
/// is a few tiles that go through their keys together, block by block, so that a block is fetched once for all of them.
/// </summary>
/// <typeparam name="T">The lanes.</typeparam>
internal unsafe struct AttentionJob<T>
    where T : struct, ILanes<T>
{
    /// <summary>Queries of a task: enough to spare the caches, few enough for balance.</summary>
    private const int QueriesPerTask = 28;

    /// <summary>Tasks, last tiles first: they see the most keys.</summary>
    public WorkCounter Tasks;

    /// <summary>Tasks in all.</summary>
    public int TaskCount;

    /// <summary>The segments.</summary>
    public AttentionPart* Parts;
    public int PartCount;

    /// <summary>Queries and output, and their strides.</summary>
    public float* Q, Y;
    public int QStride, YStride;

    /// <summary>For each row and query head log2 of its sum of 2^score, which training keeps; null otherwise.</summary>
    public float* LogSums;

    /// <summary>Query heads per key/value head; heads of keys and values; numbers in a head.</summary>
    public int Group, KeyValueHeads, HeadDim;

    /// <summary>Floats of one head in a cache block; panels of values.</summary>
    public long HeadFloats;
    public int ValuePanels;

    /// <summary>Factor of the scores with log2(e) in it; positions seen up to a row's own, 0 for all; positions seen after it.</summary>
    public float Scale;
    public int Window, After;

    /// <summary>Soft cap of the scores with log2(e) in it; 0 for none.</summary>
    public float SoftCap;

    /// <summary>Register tiles, one per number of rows.</summary>
    public GemmKernels.Tile* Tiles;
    public int MostRows;

    private long _work;

    /// <summary>Most queries in a task.</summary>
    public readonly int MostQueries => Math.Max(MostRows, QueriesPerTask);

    /// <summary>Computes a whole batch.</summary>
    public static void Run(WorkPool workers, NativePool pool, GemmKernels tiles, ReadOnlySpan<AttentionSegment> segments, float* q, int qStride, int heads, float scale, int window, float* y, int yStride)
    {
        if (segments.Length == 0)
        {
            return;
        }

        var shape = (KeyValueBlocks)segments[0].Cache;
        var bytes = segments.Length * (long)sizeof(AttentionPart);
        var parts = (AttentionPart*)pool.Rent(bytes);
        try
        {
            var job = Of(parts, shape, tiles, q, qStride, heads, scale, window, 0, y, yStride);
            foreach (var segment in segments)
            {
                var cache = (KeyValueBlocks)segment.Cache;
                if (cache.HeadDim != shape.HeadDim || cache.KeyValueHeads != shape.KeyValueHeads || segment.Rows > cache.Length)
                {
                    throw new ArgumentException("The caches of one call must have the same shape and hold the rows' keys already.", nameof(segments));
                }

                job.AddPart(tiles, workers.Threads, cache.Blocks, segment.FirstRow, segment.Rows, cache.Length - segment.Rows);
            }

            job.Execute(workers, pool, tiles);
        }
        finally
        {
            pool.Return(parts, bytes);
        }
    }

    /// <summary>Computes a whole batch whose rows may see what comes after them.</summary>
    public static void Run(WorkPool workers, NativePool pool, GemmKernels tiles, ReadOnlySpan<WideAttentionSegment> segments, float* q, int qStride, int heads, float scale, int window, int after, float* y, int yStride, float softCap)
    {
        if (segments.Length == 0)
        {
            return;
        }

        var shape = (KeyValueBlocks)segments[0].Cache;
        var bytes = segments.Length * (long)sizeof(AttentionPart);
        var parts = (AttentionPart*)pool.Rent(bytes);
        try
        {
            var job = Of(parts, shape, tiles, q, qStride, heads, scale, window, after, y, yStride);
            job.SoftCap = softCap * MathConstants.Log2E;
            foreach (var segment in segments)
            {
                var cache = (KeyValueBlocks)segment.Cache;
                if (cache.HeadDim != shape.HeadDim || cache.KeyValueHeads != shape.KeyValueHeads)
                {
                    throw new ArgumentException("The caches of one call must have the same shape.", nameof(segments));
                }

                job.AddPart(tiles, workers.Threads, cache.Blocks, segment.FirstRow, segment.Rows, segment.FirstPosition, cache.Length);
                if (segment.Rows > 0)
                {
                    var part = parts + job.PartCount - 1;
                    part->Bias = segment.Bias;
                    part->BiasHead = segment.BiasHead;
                    part->BiasRow = segment.BiasRow;
                }
            }

            job.Execute(workers, pool, tiles);
        }
        finally
        {
            pool.Return(parts, bytes);
        }
    }

    /// <summary>Plans a sequence's tasks; <see cref="Parts"/> must have room.</summary>
    public void AddPart(GemmKernels tiles, int threads, nint* blocks, int firstRow, int rows, int firstPosition) =>
        AddPart(tiles, threads, blocks, firstRow, rows, firstPosition, firstPosition + rows);

    private static AttentionJob<T> Of(AttentionPart* parts, KeyValueBlocks shape, GemmKernels tiles, float* q, int qStride, int heads, float scale, int window, int after, float* y, int yStride) => new()
    {
        Parts = parts,
        Q = q,
        QStride = qStride,
        Y = y,
        YStride = yStride,
        Group = heads / shape.KeyValueHeads,
        KeyValueHeads = shape.KeyValueHeads,
        HeadDim = shape.HeadDim,
        HeadFloats = shape.HeadFloats,
        ValuePanels = shape.ValuePanels,
        Scale = scale * MathConstants.Log2E,
        Window = window,
        After = after,
        MostRows = tiles.MostRows,
    };

    private void AddPart(GemmKernels tiles, int threads, nint* blocks, int firstRow, int rows, int firstPosition, int keyCount)
    {
        if (rows <= 0)
        {
            return;
        }

        var queries = rows * Group;
        var count = (queries + tiles.MostRows - 1) / tiles.MostRows;
        var height = tiles.For((queries + count - 1) / count).Rows;
        count = (queries + height - 1) / height;
        var perTask = count * KeyValueHeads >= 16 * threads ? Math.Max(1, QueriesPerTask / height) : 1;
        Parts[PartCount++] = new AttentionPart
        {
            Blocks = blocks,
            FirstRow = firstRow,
            Rows = rows,
            FirstPosition = firstPosition,
            KeyCount = keyCount,
            FirstTask = TaskCount,
            TileRows = height,
            TilesPerTask = perTask,
        };
        TaskCount += (count + perTask - 1) / perTask * KeyValueHeads;
        _work += (long)queries * keyCount;
    }

    /// <summary>Computes all parts.</summary>
    public void Execute(WorkPool workers, NativePool pool, GemmKernels tiles)
    {
        Tasks = new WorkCounter(TaskCount);
        fixed (GemmKernels.Tile* table = tiles.Table)
        {
            var job = this;
            job.Tiles = table;
            if (_work * HeadDim < 32 * 1024)
            {
                Work(&job, pool);
            }
            else
            {
                workers.Run(&Work, &job);
            }
        }
    }

    private static void Work(void* state, NativePool pool)
    {
        var job = (AttentionJob<T>*)state;
        var bytes = AttentionTask<T>.ScratchFloats(job) * sizeof(float);
        var scratch = (float*)pool.Rent(bytes);
        try
        {
            while (job->Tasks.TryTake(out var task))
            {
                var number = job->TaskCount - 1 - (int)task;
                var part = job->Parts + job->PartCount - 1;
                while (part->FirstTask > number)
                {
                    part--;
                }

                // Neighbouring tasks are the same rows of different heads, so that the long ones come first for every head.
                number -= part->FirstTask;
                AttentionTask<T>.Run(job, part, number % job->KeyValueHeads, number / job->KeyValueHeads, scratch);
            }
        }
        finally
        {
            pool.Return(scratch, bytes);
        }
    }
}
