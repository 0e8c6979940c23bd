namespace Fathom.Insight.Metrics;

/// <summary>
/// Split-conformal calibration: from n scores of in-distribution samples the detector has not seen, a p-value for a new score and a
/// threshold whose false-alarm rate is at most what was asked for, for any distribution, as long as old and new samples are
/// exchangeable. The guarantee is for held-out scores; cross-fitted ones keep it only approximately.
/// </summary>
public sealed class Conformal
{
    private readonly double[] _sorted;
    private readonly int _step = 1;

    /// <summary>Takes the calibration scores; higher = more out of distribution.</summary>
    /// <exception cref="FathomException">There is none, or one is NaN or infinite.</exception>
    public Conformal(ReadOnlySpan<double> scores)
    {
        Scores.EnsureFinite(scores, "calibration");
        if (scores.IsEmpty) throw new FathomException("conformal calibration: no score; expected at least one");
        _sorted = scores.ToArray();
        Array.Sort(_sorted);
        Count = _sorted.Length;
    }

    /// <summary>
    /// Takes every <paramref name="step"/>-th of <paramref name="count"/> scores from the largest down (<see cref="Thin"/>), in ascending
    /// order. P-values and thresholds then err on the safe side, by less than <paramref name="step"/> of <paramref name="count"/>.
    /// </summary>
    internal Conformal(double[] kept, int count, int step) => (_sorted, Count, _step) = (kept, count, step);

    /// <summary>Number of calibration scores, n.</summary>
    public int Count { get; }

    /// <summary>The scores that are kept, ascending.</summary>
    internal ReadOnlySpan<double> Kept => _sorted;

    /// <summary>(1 + how many calibration scores are at least this one) / (n + 1): uniform or larger for an in-distribution sample.</summary>
    public double PValue(double score) => (1.0 + AtLeast(score)) / (Count + 1);

    /// <summary>The same calibration with every <paramref name="step"/>-th score from the largest down.</summary>
    internal Conformal Thin(int step) =>
        step == 1 ? this : new Conformal([.. Enumerable.Range(0, (_sorted.Length + step - 1) / step).Select(i => _sorted[^(1 + i * step)]).Reverse()], Count, step);

    /// <summary>How many calibration scores are at least this one (where not all are kept: at most how many).</summary>
    internal int AtLeast(double score)
    {
        if (!double.IsFinite(score)) throw new FathomException($"conformal p-value: the score is {score}; expected a finite number");
        int low = 0, high = _sorted.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_sorted[middle] >= score) high = middle;
            else low = middle + 1;
        }

        return (int)Math.Min(Count, (long)(_sorted.Length - low) * _step);
    }

    /// <summary>The smallest calibration score above which at most <paramref name="falseAlarmRate"/> of new in-distribution samples fall, in expectation.</summary>
    /// <exception cref="FathomException">The rate is out of range, or n too small to promise it (n + 1 must be at least 1 / rate).</exception>
    public double Threshold(double falseAlarmRate)
    {
        if (falseAlarmRate is not (> 0 and < 1)) throw new FathomException($"conformal threshold: false-alarm rate {falseAlarmRate}; expected a number between 0 and 1");

        // Of n + 1 exchangeable scores at most `allowed` may lie above; the tolerance undoes the rounding of 0.05 * 100 and its like.
        var allowed = (long)Math.Floor(falseAlarmRate * (Count + 1.0) * (1 + 1e-12));
        return allowed >= 1
            ? _sorted[Math.Max(0, _sorted.Length - 1 - (int)((allowed - 1) / _step))]
            : throw new FathomException($"conformal threshold: {Count} calibration samples cannot promise a false-alarm rate of {falseAlarmRate}; expected at least {Math.Ceiling(1 / falseAlarmRate) - 1}");
    }
}
