using System.Runtime.CompilerServices;
using Fathom.Tensors.Kernels.Scalar;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>Softmax statistics of rows of logits; see <see cref="ScalarLogits"/>.</summary>
/// <typeparam name="T">The lanes.</typeparam>
internal unsafe struct Logits<T>
    where T : struct, ILanes<T>
{
    /// <summary>Rows, and the floats from row to row.</summary>
    public float* Rows;
    public int Stride;

    /// <summary>Logits in a row.</summary>
    public int Vocabulary;

    /// <summary>One result a row.</summary>
    public LogitStatistics* Statistics;

    /// <summary>Statistics of rows from..to.</summary>
    public static void Range(void* state, long from, long to)
    {
        var job = (Logits<T>*)state;
        for (var row = from; row < to; row++)
        {
            Row(job->Rows + row * job->Stride, job->Vocabulary, job->Statistics + row);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row(float* logits, int count, LogitStatistics* statistics)
    {
        var largest = LargestOf(logits, count);
        var sums = stackalloc double[16];
        var weighted = stackalloc double[16];
        new Span<double>(sums, 16).Clear();
        new Span<double>(weighted, 16).Clear();
        var top = T.Broadcast(largest);
        var i = 0;
        for (; i <= count - 16; i += 16)
        {
            Add(T.Subtract(T.Load(logits + i), top), sums, weighted);
        }

        for (; i < count; i++)
        {
            var d = logits[i] - largest;
            var e = ScalarMath.ExpNonPositive(d);
            sums[i & 15] += e;
            weighted[i & 15] = Math.FusedMultiplyAdd(e, d < MathConstants.ExpLowest ? 0f : d, weighted[i & 15]);
        }

        var total = ScalarMath.Fold(new ReadOnlySpan<double>(sums, 16));
        var log = ScalarMath.Log(total);
        statistics->LogSumExp = largest + log;
        statistics->Entropy = log - ScalarMath.Fold(new ReadOnlySpan<double>(weighted, 16)) / total;
        statistics->Largest = largest;
        statistics->ArgMax = First(logits, count, largest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(T d, double* sums, double* weighted)
    {
        var e = LaneMath<T>.ExpNonPositive(d);
        T.AddToDoubles(e, sums);
        T.FmaToDoubles(e, T.SelectLess(d, T.Broadcast(MathConstants.ExpLowest), T.Broadcast(0f), d), weighted);
    }

    /// <summary>The largest of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float LargestOf(float* logits, int count)
    {
        var lanes = T.Broadcast(float.NegativeInfinity);
        var i = 0;
        for (; i <= count - 16; i += 16)
        {
            var x = T.Load(logits + i);
            lanes = T.SelectLess(lanes, x, x, lanes);
        }

        if (i < count)
        {
            var x = LaneMath<T>.LoadPart(logits + i, count - i, float.NegativeInfinity);
            lanes = T.SelectLess(lanes, x, x, lanes);
        }

        var each = stackalloc float[16];
        T.Store(lanes, each);
        var largest = float.NegativeInfinity;
        for (var j = 0; j < 16; j++)
        {
            largest = each[j] > largest ? each[j] : largest;
        }

        return largest;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int First(float* logits, int count, float largest)
    {
        var wanted = T.Broadcast(largest);
        var i = 0;
        while (i <= count - 16 && !T.EqualsAny(T.Load(logits + i), wanted))
        {
            i += 16;
        }

        for (; i < count; i++)
        {
            if (logits[i] == largest)
            {
                return i;
            }
        }

        return 0;
    }
}
