namespace Fathom.Tensors.Kernels.Scalar;

/// <summary>Softmax statistics of rows of logits.</summary>
internal static unsafe class ScalarLogits
{
    /// <summary>
    /// With d = logit - largest: S = sum of e^d and T = sum of e^d d, each in 16 double lanes; then
    /// log-sum-exp = largest + ln S and entropy = ln S - T / S.
    /// </summary>
    public static void Statistics(float* logits, int rows, int vocabulary, int stride, LogitStatistics* statistics)
    {
        Span<float> largest = stackalloc float[16];
        Span<double> sums = stackalloc double[16];
        Span<double> weighted = stackalloc double[16];
        for (var row = 0; row < rows; row++, logits += stride)
        {
            largest.Fill(float.NegativeInfinity);
            for (var i = 0; i < vocabulary; i++)
            {
                largest[i & 15] = logits[i] > largest[i & 15] ? logits[i] : largest[i & 15];
            }

            var top = float.NegativeInfinity;
            foreach (var lane in largest)
            {
                top = lane > top ? lane : top;
            }

            sums.Clear();
            weighted.Clear();
            for (var i = 0; i < vocabulary; i++)
            {
                var d = logits[i] - top;
                var e = ScalarMath.ExpNonPositive(d);

                // A logit of minus infinity has probability 0 and adds nothing to the entropy; 0 times infinity would.
                var finite = d < MathConstants.ExpLowest ? 0f : d;
                sums[i & 15] += e;
                weighted[i & 15] = Math.FusedMultiplyAdd(e, finite, weighted[i & 15]);
            }

            var total = ScalarMath.Fold(sums);
            var log = ScalarMath.Log(total);
            var first = 0;
            while (first < vocabulary - 1 && logits[first] != top)
            {
                first++;
            }

            statistics[row] = new LogitStatistics
            {
                LogSumExp = top + log,
                Entropy = log - ScalarMath.Fold(weighted) / total,
                Largest = top,
                ArgMax = logits[first] == top ? first : 0,
            };
        }
    }
}
