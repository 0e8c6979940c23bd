using System.Runtime.CompilerServices;
using Fathom.Tensors.Kernels.Cpu;
using Fathom.Tensors.Kernels.Scalar;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>
/// Cross-entropy of rows of logits z with a teacher's distribution as target: t = softmax(u s) + epsilon, not made to sum to one again, s
/// one over the temperature. Sums: runs of 512 in 16 lanes of fp32, the runs in double.
/// </summary>
/// <typeparam name="T">The lanes.</typeparam>
internal unsafe struct SoftTargetsJob<T>
    where T : struct, ILanes<T>
{
    private const int Run = CrossEntropyJob<T>.Run;

    /// <summary>The student's and the teacher's logits <c>[rows, Width]</c>.</summary>
    public float* Student, Teacher;

    /// <summary>Logits in a row.</summary>
    public int Width;

    /// <summary>One over the temperature, and what is added to every probability.</summary>
    public float Sharpness, Epsilon;

    /// <summary>One a row: results, what the backward pass multiplies by.</summary>
    public float* Losses, Factors;

    /// <summary>losses = - sum of t log softmax(z s).</summary>
    public static void Forward(void* state, long from, long to)
    {
        var job = (SoftTargetsJob<T>*)state;
        for (var row = from; row < to; row++)
        {
            var z = job->Student + row * job->Width;
            var u = job->Teacher + row * job->Width;
            var (topZ, topU) = (Logits<T>.LargestOf(z, job->Width), Logits<T>.LargestOf(u, job->Width));
            var (sumZ, sumU) = (Sum(z, job->Width, topZ, job->Sharpness), Sum(u, job->Width, topU, job->Sharpness));
            var along = Along(job, z, u, topZ, topU, (float)(1 / sumU));
            job->Losses[row] = (float)(ScalarMath.Log(sumZ) * (1 + (double)job->Epsilon * job->Width) - along);
        }
    }

    /// <summary>z becomes factor s (softmax(z s) sum(t) - t).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(void* state, long from, long to)
    {
        var job = (SoftTargetsJob<T>*)state;
        for (var row = from; row < to; row++)
        {
            var z = job->Student + row * job->Width;
            var u = job->Teacher + row * job->Width;
            var (topZ, topU) = (Logits<T>.LargestOf(z, job->Width), Logits<T>.LargestOf(u, job->Width));
            var factor = job->Factors[row] * job->Sharpness;
            var student = (float)((1 + (double)job->Epsilon * job->Width) * factor / Sum(z, job->Width, topZ, job->Sharpness));
            var teacher = (float)(-factor / Sum(u, job->Width, topU, job->Sharpness));
            var shift = -factor * job->Epsilon;
            var i = 0;
            for (; i <= job->Width - 16; i += 16)
            {
                var q = Power(T.Load(z + i), topZ, job->Sharpness);
                var p = Power(T.Load(u + i), topU, job->Sharpness);
                T.Store(T.Fma(q, T.Broadcast(student), T.Fma(p, T.Broadcast(teacher), T.Broadcast(shift))), z + i);
            }

            for (; i < job->Width; i++)
            {
                var q = ScalarMath.ExpNonPositive((z[i] - topZ) * job->Sharpness);
                var p = ScalarMath.ExpNonPositive((u[i] - topU) * job->Sharpness);
                z[i] = MathF.FusedMultiplyAdd(q, student, MathF.FusedMultiplyAdd(p, teacher, shift));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Power(T x, float top, float sharpness) => LaneMath<T>.ExpNonPositive(T.Multiply(T.Subtract(x, T.Broadcast(top)), T.Broadcast(sharpness)));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Sum(float* x, int count, float top, float sharpness)
    {
        var sums = stackalloc double[16];
        new Span<double>(sums, 16).Clear();
        for (var from = 0; from < count; from += Run)
        {
            var end = Math.Min(count, from + Run);
            var lanes = T.Broadcast(0f);
            var i = from;
            for (; i <= end - 16; i += 16)
            {
                lanes = T.Add(lanes, Power(T.Load(x + i), top, sharpness));
            }

            if (i < end)
            {
                lanes = T.Add(lanes, Power(LaneMath<T>.LoadPart(x + i, end - i, float.NegativeInfinity), top, sharpness));
            }

            T.AddToDoubles(lanes, sums);
        }

        return ScalarMath.Fold(new ReadOnlySpan<double>(sums, 16));
    }

    // Sum of t (z - top) s.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Along(SoftTargetsJob<T>* job, float* z, float* u, float topZ, float topU, float scale)
    {
        var sums = stackalloc double[16];
        new Span<double>(sums, 16).Clear();
        var (factor, epsilon, top, sharpness) = (T.Broadcast(scale), T.Broadcast(job->Epsilon), T.Broadcast(topZ), T.Broadcast(job->Sharpness));
        for (var from = 0; from < job->Width; from += Run)
        {
            var end = Math.Min(job->Width, from + Run);
            var lanes = T.Broadcast(0f);
            var i = from;
            for (; i <= end - 16; i += 16)
            {
                var t = T.Fma(Power(T.Load(u + i), topU, job->Sharpness), factor, epsilon);
                lanes = T.Fma(t, T.Multiply(T.Subtract(T.Load(z + i), top), sharpness), lanes);
            }

            if (i < end)
            {
                // Beyond the row the student's logit is its largest: it adds nothing.
                var t = T.Fma(Power(LaneMath<T>.LoadPart(u + i, end - i, float.NegativeInfinity), topU, job->Sharpness), factor, epsilon);
                lanes = T.Fma(t, T.Multiply(T.Subtract(LaneMath<T>.LoadPart(z + i, end - i, topZ), top), sharpness), lanes);
            }

            T.AddToDoubles(lanes, sums);
        }

        return ScalarMath.Fold(new ReadOnlySpan<double>(sums, 16));
    }
}
