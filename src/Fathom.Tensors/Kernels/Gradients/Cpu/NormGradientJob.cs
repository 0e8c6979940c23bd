using System.Runtime.CompilerServices;
using Fathom.Tensors.Kernels.Cpu;
using Fathom.Tensors.Memory;
using Fathom.Tensors.Threading;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>
/// The way back through a norm in two sweeps: rows (each row's mean and scale, and dx), then columns (dw and db, rows in their order),
/// so that every number has one writer. Sums along a row: 16 lanes.
/// </summary>
/// <typeparam name="T">The lanes.</typeparam>
internal unsafe struct NormGradientJob<T>
    where T : struct, ILanes<T>
{
    /// <summary>Rows <c>[Rows, Width]</c> of the input and of the output's gradient.</summary>
    public float* X, Dy;

    /// <summary>Weight of the width.</summary>
    public float* Weight;

    /// <summary>Gradients that are added to; null where none is needed.</summary>
    public float* Dx, Dw, Db;

    /// <summary>Sizes.</summary>
    public int Rows, Width;

    /// <summary>Added to the mean square.</summary>
    public float Epsilon;

    private float* _means, _scales;

    /// <summary>Both sweeps; <paramref name="centred"/> for layer norm.</summary>
    public static void Run(WorkPool workers, NativePool pool, NormGradientJob<T> job, bool centred)
    {
        var bytes = 2L * job.Rows * sizeof(float);
        job._means = (float*)pool.Rent(bytes);
        job._scales = job._means + job.Rows;
        try
        {
            RangeJob.Run(workers, job.Rows, Math.Max(1, 8192 / job.Width), centred ? &Layer : &Rms, &job);
            if (job.Dw != null || job.Db != null)
            {
                ColumnSums<T>.Run(workers, new ColumnSums<T> { X = job.X, Dy = job.Dy, Means = job._means, Scales = job._scales, Dw = job.Dw, Db = job.Db, Rows = job.Rows, Width = job.Width });
            }
        }
        finally
        {
            pool.Return(job._means, bytes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rms(void* state, long from, long to)
    {
        var job = (NormGradientJob<T>*)state;
        var width = job->Width;
        for (var row = from; row < to; row++)
        {
            var x = job->X + row * width;
            var scale = 1f / MathF.Sqrt(Norms<T>.SumOfSquares(x, width, 0f) / width + job->Epsilon);
            (job->_means[row], job->_scales[row]) = (0f, scale);
            if (job->Dx == null)
            {
                continue;
            }

            var dy = job->Dy + row * width;
            var w = job->Weight;
            var sums = T.Broadcast(0f);
            var i = 0;
            for (; i <= width - 16; i += 16)
            {
                sums = T.Fma(T.Multiply(T.Load(w + i), T.Load(dy + i)), T.Load(x + i), sums);
            }

            if (i < width)
            {
                var g = T.Multiply(LaneMath<T>.LoadPart(w + i, width - i, 0f), LaneMath<T>.LoadPart(dy + i, width - i, 0f));
                sums = T.Fma(g, LaneMath<T>.LoadPart(x + i, width - i, 0f), sums);
            }

            var along = -(T.Fold(sums) * (scale * scale / width));
            var dx = job->Dx + row * width;
            var (factor, turn) = (T.Broadcast(scale), T.Broadcast(along));
            for (i = 0; i <= width - 16; i += 16)
            {
                var g = T.Multiply(T.Load(w + i), T.Load(dy + i));
                T.Store(T.Fma(factor, T.Fma(turn, T.Load(x + i), g), T.Load(dx + i)), dx + i);
            }

            for (; i < width; i++)
            {
                dx[i] = MathF.FusedMultiplyAdd(scale, MathF.FusedMultiplyAdd(along, x[i], w[i] * dy[i]), dx[i]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Layer(void* state, long from, long to)
    {
        var job = (NormGradientJob<T>*)state;
        var width = job->Width;
        for (var row = from; row < to; row++)
        {
            var x = job->X + row * width;
            var mean = Norms<T>.Sum(x, width) / width;
            var scale = 1f / MathF.Sqrt(Norms<T>.SumOfSquares(x, width, mean) / width + job->Epsilon);
            (job->_means[row], job->_scales[row]) = (mean, scale);
            if (job->Dx == null)
            {
                continue;
            }

            var dy = job->Dy + row * width;
            var w = job->Weight;
            var (centre, factor) = (T.Broadcast(mean), T.Broadcast(scale));
            var (sums, alongs) = (T.Broadcast(0f), T.Broadcast(0f));
            var i = 0;
            for (; i <= width - 16; i += 16)
            {
                var g = T.Multiply(T.Load(w + i), T.Load(dy + i));
                sums = T.Add(sums, g);
                alongs = T.Fma(g, T.Multiply(T.Subtract(T.Load(x + i), centre), factor), alongs);
            }

            if (i < width)
            {
                var g = T.Multiply(LaneMath<T>.LoadPart(w + i, width - i, 0f), LaneMath<T>.LoadPart(dy + i, width - i, 0f));
                sums = T.Add(sums, g);
                alongs = T.Fma(g, T.Multiply(T.Subtract(LaneMath<T>.LoadPart(x + i, width - i, mean), centre), factor), alongs);
            }

            var sum = T.Fold(sums) / width;
            var along = -(T.Fold(alongs) / width);
            var dx = job->Dx + row * width;
            var (middle, turn) = (T.Broadcast(sum), T.Broadcast(along));
            for (i = 0; i <= width - 16; i += 16)
            {
                var g = T.Subtract(T.Multiply(T.Load(w + i), T.Load(dy + i)), middle);
                var normal = T.Multiply(T.Subtract(T.Load(x + i), centre), factor);
                T.Store(T.Fma(factor, T.Fma(turn, normal, g), T.Load(dx + i)), dx + i);
            }

            for (; i < width; i++)
            {
                var inner = MathF.FusedMultiplyAdd(along, (x[i] - mean) * scale, w[i] * dy[i] - sum);
                dx[i] = MathF.FusedMultiplyAdd(scale, inner, dx[i]);
            }
        }
    }
}
