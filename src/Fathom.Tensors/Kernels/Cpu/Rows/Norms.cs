using System.Runtime.CompilerServices;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>Normalisation of rows; see <see cref="Scalar.ScalarNorms"/> for the order of additions.</summary>
/// <typeparam name="T">The lanes.</typeparam>
internal unsafe struct Norms<T>
    where T : struct, ILanes<T>
{
    /// <summary>Rows in and out; may be the same.</summary>
    public float* X, Y;

    /// <summary>Weight and bias of the width; bias may be null.</summary>
    public float* Weight, Bias;

    /// <summary>Numbers in a row.</summary>
    public int Width;

    /// <summary>Added to the mean square.</summary>
    public float Epsilon;

    /// <summary>Root-mean-square norm of rows from..to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rms(void* state, long from, long to)
    {
        var job = (Norms<T>*)state;
        var width = job->Width;
        for (var row = from; row < to; row++)
        {
            var x = job->X + row * width;
            var y = job->Y + row * width;
            var scale = 1f / MathF.Sqrt(SumOfSquares(x, width, 0f) / width + job->Epsilon);
            var factor = T.Broadcast(scale);
            var i = 0;
            for (; i <= width - 16; i += 16)
            {
                T.Store(T.Multiply(T.Multiply(T.Load(x + i), factor), T.Load(job->Weight + i)), y + i);
            }

            for (; i < width; i++)
            {
                y[i] = x[i] * scale * job->Weight[i];
            }
        }
    }

    /// <summary>Layer norm of rows from..to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Layer(void* state, long from, long to)
    {
        var job = (Norms<T>*)state;
        var width = job->Width;
        for (var row = from; row < to; row++)
        {
            var x = job->X + row * width;
            var y = job->Y + row * width;
            var mean = Sum(x, width) / width;
            var scale = 1f / MathF.Sqrt(SumOfSquares(x, width, mean) / width + job->Epsilon);
            var centre = T.Broadcast(mean);
            var factor = T.Broadcast(scale);
            var i = 0;
            for (; i <= width - 16; i += 16)
            {
                var normal = T.Multiply(T.Multiply(T.Subtract(T.Load(x + i), centre), factor), T.Load(job->Weight + i));
                T.Store(job->Bias == null ? normal : T.Add(normal, T.Load(job->Bias + i)), y + i);
            }

            for (; i < width; i++)
            {
                var normal = (x[i] - mean) * scale * job->Weight[i];
                y[i] = job->Bias == null ? normal : normal + job->Bias[i];
            }
        }
    }

    /// <summary>Sum of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(float* x, int width)
    {
        var sums = T.Broadcast(0f);
        var i = 0;
        for (; i <= width - 16; i += 16)
        {
            sums = T.Add(sums, T.Load(x + i));
        }

        return T.Fold(i < width ? T.Add(sums, LaneMath<T>.LoadPart(x + i, width - i, 0f)) : sums);
    }

    /// <summary>Sum of squares of what a row differs from a mean.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SumOfSquares(float* x, int width, float mean)
    {
        var sums = T.Broadcast(0f);
        var centre = T.Broadcast(mean);
        var i = 0;
        for (; i <= width - 16; i += 16)
        {
            var centred = T.Subtract(T.Load(x + i), centre);
            sums = T.Fma(centred, centred, sums);
        }

        if (i < width)
        {
            // Lanes beyond the row hold the mean: their square is zero and adds nothing.
            var centred = T.Subtract(LaneMath<T>.LoadPart(x + i, width - i, mean), centre);
            sums = T.Fma(centred, centred, sums);
        }

        return T.Fold(sums);
    }
}
