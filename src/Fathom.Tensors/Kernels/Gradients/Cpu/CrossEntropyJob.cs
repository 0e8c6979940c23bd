using System.Runtime.CompilerServices;
using Fathom.Tensors.Kernels.Cpu;
using Fathom.Tensors.Kernels.Scalar;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>
/// Cross-entropy of rows of logits. The sum of exponentials: number i in lane i mod 16, runs of <see cref="Run"/> numbers in fp32,
/// each run added to lanes in double, folded.
/// </summary>
/// <typeparam name="T">The lanes.</typeparam>
internal unsafe struct CrossEntropyJob<T>
    where T : struct, ILanes<T>
{
    /// <summary>Numbers whose exponentials are added in fp32.</summary>
    public const int Run = 512;

    /// <summary>Logits <c>[rows, Vocabulary]</c>.</summary>
    public float* Logits;
    public int Vocabulary;

    /// <summary>One a row.</summary>
    public int* Targets;

    /// <summary>One a row: the losses (which the backward pass writes too where it is given room), what the backward pass multiplies by.</summary>
    public float* Losses, Factors;

    /// <summary>Losses of rows from..to.</summary>
    public static void Forward(void* state, long from, long to)
    {
        var job = (CrossEntropyJob<T>*)state;
        for (var row = from; row < to; row++)
        {
            var logits = job->Logits + row * job->Vocabulary;
            var largest = Logits<T>.LargestOf(logits, job->Vocabulary);
            var sum = Sum(logits, job->Vocabulary, largest);
            job->Losses[row] = Loss(logits, job->Targets[row], largest, sum);
        }
    }

    /// <summary>Rows from..to become their gradients.</summary>
    public static void Backward(void* state, long from, long to)
    {
        var job = (CrossEntropyJob<T>*)state;
        for (var row = from; row < to; row++)
        {
            var logits = job->Logits + row * job->Vocabulary;
            var largest = Logits<T>.LargestOf(logits, job->Vocabulary);
            var sum = Sum(logits, job->Vocabulary, largest);
            if (job->Losses != null)
            {
                job->Losses[row] = Loss(logits, job->Targets[row], largest, sum);
            }

            Scale(logits, job->Vocabulary, largest, (float)(job->Factors[row] / sum));
            logits[job->Targets[row]] -= job->Factors[row];
        }
    }

    private static float Loss(float* logits, int target, float largest, double sum) => (float)(ScalarMath.Log(sum) + ((double)largest - logits[target]));

    /// <summary>Sum of e^(x - largest) over a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Sum(float* x, int count, float largest)
    {
        var sums = stackalloc double[16];
        new Span<double>(sums, 16).Clear();
        var top = T.Broadcast(largest);
        var i = 0;
        while (i < count)
        {
            var end = Math.Min(count, i + Run);
            var lanes = T.Broadcast(0f);
            for (; i <= end - 16; i += 16)
            {
                lanes = T.Add(lanes, LaneMath<T>.ExpNonPositive(T.Subtract(T.Load(x + i), top)));
            }

            if (i < end)
            {
                lanes = T.Add(lanes, LaneMath<T>.ExpNonPositive(T.Subtract(LaneMath<T>.LoadPart(x + i, end - i, float.NegativeInfinity), top)));
                i = end;
            }

            T.AddToDoubles(lanes, sums);
        }

        return ScalarMath.Fold(new ReadOnlySpan<double>(sums, 16));
    }

    /// <summary>x = factor e^(x - largest).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale(float* x, int count, float largest, float factor)
    {
        var (top, scale) = (T.Broadcast(largest), T.Broadcast(factor));
        var i = 0;
        for (; i <= count - 16; i += 16)
        {
            T.Store(T.Multiply(LaneMath<T>.ExpNonPositive(T.Subtract(T.Load(x + i), top)), scale), x + i);
        }

        for (; i < count; i++)
        {
            x[i] = ScalarMath.ExpNonPositive(x[i] - largest) * factor;
        }
    }
}
