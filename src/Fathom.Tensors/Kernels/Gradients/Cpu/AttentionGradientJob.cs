using Fathom.Tensors.Autograd;
using Fathom.Tensors.Kernels.Cpu;
using Fathom.Tensors.Memory;
using Fathom.Tensors.Threading;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>
/// The way back through attention. A task is one query head of one segment: it owns that head's dq and writes that head's share of dk
/// and dv aside; a second sweep adds the shares of a group of query heads, in the order of the heads.
/// </summary>
/// <typeparam name="T">The lanes.</typeparam>
internal unsafe struct AttentionGradientJob<T>
    where T : struct, ILanes<T>
{
    /// <summary>Tasks: segment by query head, longest segments first.</summary>
    public WorkCounter Tasks;

    /// <summary>Inputs of the forward pass, its output, what it kept, and the output's gradient; all <c>[rows, heads, HeadDim]</c>.</summary>
    public float* Q, K, V, Y, LogSums, Dy;

    /// <summary>Gradients that are added to; null where none is needed.</summary>
    public float* Dq, Dk, Dv;

    /// <summary>Each query head's share of dk and dv, <c>[rows, Heads, HeadDim]</c>.</summary>
    public float* KeyShares, ValueShares;

    /// <summary>Segments, longest first, and how many.</summary>
    public RowSegment* Segments;
    public int SegmentCount;

    /// <summary>The most rows of a segment.</summary>
    public int MostTokens;

    /// <summary>Rows of all segments' matrices.</summary>
    public int Rows;

    /// <summary>Sizes.</summary>
    public int Heads, Group, HeadDim, Window;

    /// <summary>Factor of the scores.</summary>
    public float Scale;

    /// <summary>Soft cap of the scores with log2(e) in it; 0 for none.</summary>
    public float SoftCap;

    /// <summary>What is added to the scores by key, <c>[Heads, BiasHead]</c>; null for nothing.</summary>
    public float* KeyBias;
    public long BiasHead;

    /// <summary>Register tiles, one per number of rows.</summary>
    public GemmKernels.Tile* Tiles;
    public int MostRows;

    /// <summary>Both sweeps over all segments.</summary>
    public static void Run(WorkPool workers, NativePool pool, GemmKernels tiles, AttentionGradientJob<T> job, ReadOnlySpan<RowSegment> segments)
    {
        if (segments.Length == 0)
        {
            return;
        }

        var shareBytes = checked(2L * job.Rows * job.Heads * job.HeadDim * sizeof(float));
        var segmentBytes = segments.Length * (long)sizeof(RowSegment);
        job.Segments = (RowSegment*)pool.Rent(segmentBytes);
        job.KeyShares = (float*)pool.Rent(shareBytes);
        job.ValueShares = job.KeyShares + (long)job.Rows * job.Heads * job.HeadDim;
        try
        {
            var ordered = new Span<RowSegment>(job.Segments, segments.Length);
            segments.CopyTo(ordered);
            ordered.Sort(static (a, b) => a.Length != b.Length ? b.Length.CompareTo(a.Length) : a.Start.CompareTo(b.Start));
            job.SegmentCount = segments.Length;
            job.MostTokens = ordered[0].Length;
            job.MostRows = tiles.MostRows;
            job.Tasks = new WorkCounter((long)segments.Length * job.Heads);
            fixed (GemmKernels.Tile* table = tiles.Table)
            {
                job.Tiles = table;
                workers.Run(&Work, &job);
            }

            var covered = 0;
            foreach (var segment in segments)
            {
                covered += segment.Length;
            }

            // Rows of no segment have no shares.
            ReadOnlySpan<RowSegment> parts = covered == job.Rows ? [new RowSegment(0, job.Rows)] : segments;
            foreach (var part in parts)
            {
                AttentionShares<T>.Run(workers, job, part);
            }
        }
        finally
        {
            pool.Return(job.KeyShares, shareBytes);
            pool.Return(job.Segments, segmentBytes);
        }
    }

    private static void Work(void* state, NativePool pool)
    {
        var job = (AttentionGradientJob<T>*)state;
        var bytes = AttentionGradientTask<T>.ScratchFloats(job) * sizeof(float);
        var scratch = (float*)pool.Rent(bytes);
        try
        {
            while (job->Tasks.TryTake(out var task))
            {
                AttentionGradientTask<T>.Run(job, job->Segments[task / job->Heads], (int)(task % job->Heads), scratch);
            }
        }
        finally
        {
            pool.Return(scratch, bytes);
        }
    }
}
