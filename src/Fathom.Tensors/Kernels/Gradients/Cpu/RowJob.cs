using System.Runtime.CompilerServices;
using Fathom.Tensors.Kernels.Cpu;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>Small operations on whole rows.</summary>
/// <typeparam name="T">The lanes.</typeparam>
internal unsafe struct RowJob<T>
    where T : struct, ILanes<T>
{
    /// <summary>Rows <c>[rows, Width]</c>; A is written where rows are.</summary>
    public float* A, B, C;

    /// <summary>One number a row, or one a column.</summary>
    public float* Numbers;

    /// <summary>Numbers in a row.</summary>
    public int Width;

    /// <summary>Numbers[row] = A[row] . B[row], a sum in 16 lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Dots(void* state, long from, long to)
    {
        var job = (RowJob<T>*)state;
        for (var row = from; row < to; row++)
        {
            var a = job->A + row * job->Width;
            var b = job->B + row * job->Width;
            var sums = T.Broadcast(0f);
            var i = 0;
            for (; i <= job->Width - 16; i += 16)
            {
                sums = T.Fma(T.Load(a + i), T.Load(b + i), sums);
            }

            if (i < job->Width)
            {
                sums = T.Fma(LaneMath<T>.LoadPart(a + i, job->Width - i, 0f), LaneMath<T>.LoadPart(b + i, job->Width - i, 0f), sums);
            }

            job->Numbers[row] = T.Fold(sums);
        }
    }

    /// <summary>A[row] += Numbers[row] B[row].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled(void* state, long from, long to)
    {
        var job = (RowJob<T>*)state;
        for (var row = from; row < to; row++)
        {
            var a = job->A + row * job->Width;
            var b = job->B + row * job->Width;
            var factor = T.Broadcast(job->Numbers[row]);
            var i = 0;
            for (; i <= job->Width - 16; i += 16)
            {
                T.Store(T.Fma(factor, T.Load(b + i), T.Load(a + i)), a + i);
            }

            for (; i < job->Width; i++)
            {
                a[i] = MathF.FusedMultiplyAdd(job->Numbers[row], b[i], a[i]);
            }
        }
    }

    /// <summary>A[row] += Numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddRow(void* state, long from, long to)
    {
        var job = (RowJob<T>*)state;
        for (var row = from; row < to; row++)
        {
            var a = job->A + row * job->Width;
            var i = 0;
            for (; i <= job->Width - 16; i += 16)
            {
                T.Store(T.Add(T.Load(a + i), T.Load(job->Numbers + i)), a + i);
            }

            for (; i < job->Width; i++)
            {
                a[i] += job->Numbers[i];
            }
        }
    }

    /// <summary>A = B - log-sum-exp(B), the sum as in <see cref="CrossEntropyJob{T}"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LogSoftmax(void* state, long from, long to)
    {
        var job = (RowJob<T>*)state;
        for (var row = from; row < to; row++)
        {
            var a = job->A + row * job->Width;
            var b = job->B + row * job->Width;
            var largest = Logits<T>.LargestOf(b, job->Width);
            var log = (float)Scalar.ScalarMath.Log(CrossEntropyJob<T>.Sum(b, job->Width, largest));
            var (top, rest) = (T.Broadcast(largest), T.Broadcast(log));
            var i = 0;
            for (; i <= job->Width - 16; i += 16)
            {
                T.Store(T.Subtract(T.Subtract(T.Load(b + i), top), rest), a + i);
            }

            for (; i < job->Width; i++)
            {
                a[i] = b[i] - largest - log;
            }
        }
    }

    /// <summary>A += C - e^B sum(C), the sum in 16 lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LogSoftmaxGradient(void* state, long from, long to)
    {
        var job = (RowJob<T>*)state;
        for (var row = from; row < to; row++)
        {
            var a = job->A + row * job->Width;
            var b = job->B + row * job->Width;
            var c = job->C + row * job->Width;
            var sum = -Norms<T>.Sum(c, job->Width);
            var factor = T.Broadcast(sum);
            var i = 0;
            for (; i <= job->Width - 16; i += 16)
            {
                T.Store(T.Add(T.Load(a + i), T.Fma(LaneMath<T>.ExpNonPositive(T.Load(b + i)), factor, T.Load(c + i))), a + i);
            }

            for (; i < job->Width; i++)
            {
                a[i] += MathF.FusedMultiplyAdd(Scalar.ScalarMath.ExpNonPositive(b[i]), sum, c[i]);
            }
        }
    }
}
