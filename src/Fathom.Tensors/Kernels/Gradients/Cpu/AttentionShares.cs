using System.Runtime.CompilerServices;
using Fathom.Tensors.Autograd;
using Fathom.Tensors.Kernels.Cpu;
using Fathom.Tensors.Threading;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>Adds the query heads' shares of dk and dv: dk += scale (sum over the group), dv += sum over the group, heads in their order.</summary>
/// <typeparam name="T">The lanes.</typeparam>
internal unsafe struct AttentionShares<T>
    where T : struct, ILanes<T>
{
    private AttentionGradientJob<T> _job;
    private int _firstRow;

    /// <summary>Adds one segment's.</summary>
    public static void Run(WorkPool workers, in AttentionGradientJob<T> job, RowSegment segment)
    {
        var shares = new AttentionShares<T> { _job = job, _firstRow = segment.Start };
        RangeJob.Run(workers, segment.Length, Math.Max(1, 16 * 1024 / (job.Heads * job.HeadDim)), &Rows, &shares);
    }

    private static void Rows(void* state, long from, long to)
    {
        var shares = (AttentionShares<T>*)state;
        ref readonly var job = ref shares->_job;
        var (wide, narrow) = (job.Heads * job.HeadDim, job.Heads / job.Group * job.HeadDim);
        for (var row = from + shares->_firstRow; row < to + shares->_firstRow; row++)
        {
            for (var head = 0; head < job.Heads / job.Group; head++)
            {
                var source = row * wide + head * job.Group * job.HeadDim;
                var target = row * narrow + head * job.HeadDim;
                if (job.Dk != null)
                {
                    Add(job.KeyShares + source, job.Group, job.HeadDim, job.Scale, job.Dk + target);
                }

                if (job.Dv != null)
                {
                    Add(job.ValueShares + source, job.Group, job.HeadDim, 1f, job.Dv + target);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(float* shares, int group, int headDim, float factor, float* to)
    {
        var d = 0;
        for (; d <= headDim - 16; d += 16)
        {
            var sum = T.Broadcast(0f);
            for (var head = 0; head < group; head++)
            {
                sum = T.Add(sum, T.Load(shares + head * headDim + d));
            }

            T.Store(T.Fma(T.Broadcast(factor), sum, T.Load(to + d)), to + d);
        }

        for (; d < headDim; d++)
        {
            var sum = 0f;
            for (var head = 0; head < group; head++)
            {
                sum += shares[head * headDim + d];
            }

            to[d] = MathF.FusedMultiplyAdd(factor, sum, to[d]);
        }
    }
}
