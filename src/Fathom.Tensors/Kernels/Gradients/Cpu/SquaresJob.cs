using System.Runtime.CompilerServices;
using Fathom.Tensors.Kernels.Cpu;
using Fathom.Tensors.Kernels.Scalar;
using Fathom.Tensors.Memory;
using Fathom.Tensors.Threading;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>Sum of squares in double: fixed blocks, each in 16 lanes (number i in lane i mod 16), folded and added in the order of the blocks.</summary>
/// <typeparam name="T">The lanes.</typeparam>
internal unsafe struct SquaresJob<T>
    where T : struct, ILanes<T>
{
    /// <summary>Numbers in a block.</summary>
    public const int Block = 32 * 1024;

    private float* _x;
    private long _count;
    private double* _sums;

    /// <summary>The sum of <paramref name="count"/> squares.</summary>
    public static double Run(WorkPool workers, NativePool pool, float* x, long count)
    {
        var blocks = (count + Block - 1) / Block;
        var sums = (double*)pool.Rent(blocks * sizeof(double));
        try
        {
            var job = new SquaresJob<T> { _x = x, _count = count, _sums = sums };
            RangeJob.Run(workers, blocks, 1, &Body, &job);
            var sum = 0.0;
            for (var block = 0L; block < blocks; block++)
            {
                sum += sums[block];
            }

            return sum;
        }
        finally
        {
            pool.Return(sums, blocks * sizeof(double));
        }
    }

    private static void Body(void* state, long from, long to)
    {
        var job = (SquaresJob<T>*)state;
        for (var block = from; block < to; block++)
        {
            job->_sums[block] = Sum(job->_x + block * Block, (int)Math.Min(Block, job->_count - block * Block));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Sum(float* x, int count)
    {
        var lanes = stackalloc double[16];
        new Span<double>(lanes, 16).Clear();
        var i = 0;
        for (; i <= count - 16; i += 16)
        {
            var values = T.Load(x + i);
            T.FmaToDoubles(values, values, lanes);
        }

        for (; i < count; i++)
        {
            lanes[i & 15] = Math.FusedMultiplyAdd((double)x[i], x[i], lanes[i & 15]);
        }

        return ScalarMath.Fold(new ReadOnlySpan<double>(lanes, 16));
    }
}
