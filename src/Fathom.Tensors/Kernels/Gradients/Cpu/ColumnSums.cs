using System.Runtime.CompilerServices;
using Fathom.Tensors.Kernels.Cpu;
using Fathom.Tensors.Threading;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>Sums down the columns, rows in their order: Db += dy, Dw += dy (x - mean) scale. A task is a few columns.</summary>
/// <typeparam name="T">The lanes.</typeparam>
internal unsafe struct ColumnSums<T>
    where T : struct, ILanes<T>
{
    private const int Columns = 32;

    /// <summary>Rows <c>[Rows, Width]</c>; X only for Dw.</summary>
    public float* X, Dy;

    /// <summary>One a row, for Dw.</summary>
    public float* Means, Scales;

    /// <summary>Sums of the width; null where not needed.</summary>
    public float* Dw, Db;

    /// <summary>Sizes.</summary>
    public int Rows, Width;

    /// <summary>Adds all columns.</summary>
    public static void Run(WorkPool workers, ColumnSums<T> job)
    {
        var tasks = (job.Width + Columns - 1) / Columns;
        RangeJob.Run(workers, tasks, (long)job.Rows * job.Width < 16 * 1024 ? tasks : 1, &Body, &job);
    }

    private static void Body(void* state, long from, long to)
    {
        var job = (ColumnSums<T>*)state;
        var last = (int)Math.Min(job->Width, to * Columns);
        var column = (int)from * Columns;
        for (; column <= last - Columns; column += Columns)
        {
            if (job->Dw != null)
            {
                Weights(job, column);
            }

            if (job->Db != null)
            {
                Biases(job, column);
            }
        }

        for (; column < last; column++)
        {
            One(job, column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Weights(ColumnSums<T>* job, int column)
    {
        var x = job->X + column;
        var dy = job->Dy + column;
        var width = (long)job->Width;
        var (a, b) = (T.Load(job->Dw + column), T.Load(job->Dw + column + 16));
        for (var row = 0; row < job->Rows; row++, x += width, dy += width)
        {
            var (mean, scale) = (T.Broadcast(job->Means[row]), T.Broadcast(job->Scales[row]));
            a = T.Fma(T.Load(dy), T.Multiply(T.Subtract(T.Load(x), mean), scale), a);
            b = T.Fma(T.Load(dy + 16), T.Multiply(T.Subtract(T.Load(x + 16), mean), scale), b);
        }

        T.Store(a, job->Dw + column);
        T.Store(b, job->Dw + column + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Biases(ColumnSums<T>* job, int column)
    {
        var dy = job->Dy + column;
        var width = (long)job->Width;
        var (a, b) = (T.Load(job->Db + column), T.Load(job->Db + column + 16));
        for (var row = 0; row < job->Rows; row++, dy += width)
        {
            (a, b) = (T.Add(a, T.Load(dy)), T.Add(b, T.Load(dy + 16)));
        }

        T.Store(a, job->Db + column);
        T.Store(b, job->Db + column + 16);
    }

    private static void One(ColumnSums<T>* job, int column)
    {
        for (var row = 0; row < job->Rows; row++)
        {
            var at = (long)row * job->Width + column;
            if (job->Dw != null)
            {
                job->Dw[column] = MathF.FusedMultiplyAdd(job->Dy[at], (job->X[at] - job->Means[row]) * job->Scales[row], job->Dw[column]);
            }

            if (job->Db != null)
            {
                job->Db[column] += job->Dy[at];
            }
        }
    }
}
