namespace Fathom.Tensors.Kernels.Scalar;

/// <summary>Cross-entropy of one row of logits: the sum of exponentials in 16 lanes, runs of 512 in fp32, the runs in double.</summary>
internal static class ScalarCrossEntropy
{
    /// <summary>logsumexp - logit of the target.</summary>
    public static float Loss(ReadOnlySpan<float> row, int target)
    {
        var largest = Largest(row);
        return (float)(ScalarMath.Log(Sum(row, largest)) + ((double)largest - row[target]));
    }

    /// <summary>The row becomes factor (softmax - one at the target).</summary>
    public static void Gradient(Span<float> row, int target, float factor)
    {
        var largest = Largest(row);
        var scale = (float)(factor / Sum(row, largest));
        foreach (ref var value in row)
        {
            value = ScalarMath.ExpNonPositive(value - largest) * scale;
        }

        row[target] -= factor;
    }

    /// <summary>The largest number of a row.</summary>
    public static float Largest(ReadOnlySpan<float> row)
    {
        var largest = float.NegativeInfinity;
        foreach (var value in row)
        {
            largest = value > largest ? value : largest;
        }

        return largest;
    }

    /// <summary>Sum of e^(x - largest).</summary>
    public static double Sum(ReadOnlySpan<float> row, float largest)
    {
        Span<double> sums = stackalloc double[16];
        Span<float> lanes = stackalloc float[16];
        sums.Clear();
        for (var from = 0; from < row.Length; from += 512)
        {
            lanes.Clear();
            for (var i = from; i < Math.Min(row.Length, from + 512); i++)
            {
                lanes[i & 15] += ScalarMath.ExpNonPositive(row[i] - largest);
            }

            for (var j = 0; j < 16; j++)
            {
                sums[j] += lanes[j];
            }
        }

        return ScalarMath.Fold(sums);
    }
}
