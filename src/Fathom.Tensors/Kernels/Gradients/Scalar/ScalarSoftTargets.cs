namespace Fathom.Tensors.Kernels.Scalar;

/// <summary>
/// Cross-entropy of one row of logits z with t = softmax(u s) + epsilon as target. Sums: runs of 512 in 16 lanes of fp32, the runs in
/// double.
/// </summary>
internal static class ScalarSoftTargets
{
    private const int Run = 512;

    /// <summary>- sum of t log softmax(z s).</summary>
    public static float Loss(ReadOnlySpan<float> z, ReadOnlySpan<float> u, float sharpness, float epsilon)
    {
        var (topZ, topU) = (ScalarCrossEntropy.Largest(z), ScalarCrossEntropy.Largest(u));
        var scale = (float)(1 / Sum(u, topU, sharpness));
        Span<double> sums = stackalloc double[16];
        Span<float> lanes = stackalloc float[16];
        sums.Clear();
        for (var from = 0; from < z.Length; from += Run)
        {
            lanes.Clear();
            for (var i = from; i < Math.Min(z.Length, from + Run); i++)
            {
                var t = MathF.FusedMultiplyAdd(ScalarMath.ExpNonPositive((u[i] - topU) * sharpness), scale, epsilon);
                lanes[i & 15] = MathF.FusedMultiplyAdd(t, (z[i] - topZ) * sharpness, lanes[i & 15]);
            }

            for (var j = 0; j < 16; j++) sums[j] += lanes[j];
        }

        return (float)(ScalarMath.Log(Sum(z, topZ, sharpness)) * (1 + (double)epsilon * z.Length) - ScalarMath.Fold(sums));
    }

    /// <summary>z becomes factor s (softmax(z s) sum(t) - t).</summary>
    public static void Gradient(Span<float> z, ReadOnlySpan<float> u, float sharpness, float epsilon, float weight)
    {
        var (topZ, topU) = (ScalarCrossEntropy.Largest(z), ScalarCrossEntropy.Largest(u));
        var factor = weight * sharpness;
        var student = (float)((1 + (double)epsilon * z.Length) * factor / Sum(z, topZ, sharpness));
        var teacher = (float)(-factor / Sum(u, topU, sharpness));
        var shift = -factor * epsilon;
        for (var i = 0; i < z.Length; i++)
        {
            var q = ScalarMath.ExpNonPositive((z[i] - topZ) * sharpness);
            var p = ScalarMath.ExpNonPositive((u[i] - topU) * sharpness);
            z[i] = MathF.FusedMultiplyAdd(q, student, MathF.FusedMultiplyAdd(p, teacher, shift));
        }
    }

    /// <summary>Sum of t log t, each term in double and in the order of the row; every width uses this.</summary>
    public static float NegativeEntropy(ReadOnlySpan<float> u, float sharpness, float epsilon)
    {
        var top = ScalarCrossEntropy.Largest(u);
        var scale = (float)(1 / Sum(u, top, sharpness));
        var sum = 0.0;
        foreach (var logit in u)
        {
            double t = MathF.FusedMultiplyAdd(ScalarMath.ExpNonPositive((logit - top) * sharpness), scale, epsilon);
            if (t > 0) sum += t * ScalarMath.Log(t);
        }

        return (float)sum;
    }

    private static double Sum(ReadOnlySpan<float> x, float top, float sharpness)
    {
        Span<double> sums = stackalloc double[16];
        Span<float> lanes = stackalloc float[16];
        sums.Clear();
        for (var from = 0; from < x.Length; from += Run)
        {
            lanes.Clear();
            for (var i = from; i < Math.Min(x.Length, from + Run); i++) lanes[i & 15] += ScalarMath.ExpNonPositive((x[i] - top) * sharpness);
            for (var j = 0; j < 16; j++) sums[j] += lanes[j];
        }

        return ScalarMath.Fold(sums);
    }
}
