namespace Fathom.Insight.Metrics;

/// <content>Areas under curves and rates at a recall.</content>
public sealed partial class ScoreTable
{
    private bool OneSided => PositiveCount == 0 || NegativeCount == 0;

    /// <summary>
    /// Twice the Mann-Whitney statistic: pairs in which the positive scores higher count 2, ties 1. An integer, so nothing is rounded.
    /// </summary>
    public long TwiceMannWhitneyU
    {
        get
        {
            long twice = 0;
            long below = NegativeCount;
            for (var i = 0; i < _values.Length; i++)
            {
                below -= _negatives[i];
                twice = checked(twice + _positives[i] * (2 * below + _negatives[i]));
            }

            return twice;
        }
    }

    /// <summary>
    /// Area under the ROC curve: P(positive &gt; negative) + P(equal) / 2, by mid-ranks. NaN when a class is empty.
    /// </summary>
    public double Auroc() => OneSided ? double.NaN : TwiceMannWhitneyU / (2.0 * PositiveCount * NegativeCount);

    /// <summary>
    /// Area under the precision-recall curve as average precision: the sum over distinct thresholds, descending, of
    /// (R_n - R_(n-1)) P_n; ties enter together, nothing is interpolated. NaN when a class is empty.
    /// </summary>
    public double AveragePrecision()
    {
        if (OneSided)
        {
            return double.NaN;
        }

        var sum = 0.0;
        long truePositives = 0, called = 0;
        for (var i = 0; i < _values.Length; i++)
        {
            truePositives += _positives[i];
            called += _positives[i] + _negatives[i];
            if (_positives[i] > 0)
            {
                sum += _positives[i] * (truePositives / (double)called);
            }
        }

        return sum / PositiveCount;
    }

    /// <summary>The same with the other class as the positive one and the scores negated.</summary>
    public double AveragePrecisionOfNegatives() => Swapped().AveragePrecision();

    /// <summary>
    /// Share of the negatives called positive at the threshold where <paramref name="recall"/> of the positives are. NaN when a class
    /// is empty.
    /// </summary>
    public double FalsePositiveRate(double recall = 0.95, RecallConvention convention = RecallConvention.Standard)
    {
        if (recall is not (> 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(recall), recall, "a recall lies above 0 and at most at 1");
        }

        if (OneSided)
        {
            return double.NaN;
        }

        var nearest = double.PositiveInfinity;
        var best = 0L;
        long truePositives = 0, falsePositives = 0;
        for (var i = 0; i < _values.Length; i++)
        {
            truePositives += _positives[i];
            falsePositives += _negatives[i];
            var reached = truePositives / (double)PositiveCount;
            if (convention == RecallConvention.Standard)
            {
                if (reached >= recall)
                {
                    return falsePositives / (double)NegativeCount;
                }
            }
            else
            {
                // Walking downwards, so that "the first of equals from below" is the last one seen here.
                var distance = Math.Abs(reached - recall);
                if (distance <= nearest)
                {
                    nearest = distance;
                    best = falsePositives;
                }

                if (truePositives == PositiveCount)
                {
                    break;
                }
            }
        }

        return best / (double)NegativeCount;
    }

    /// <summary>
    /// The ROC curve from (0, 0) to (1, 1), one point per distinct score; with <paramref name="dropCollinear"/> the points on a
    /// straight line between their neighbours are left out. Empty when a class is empty.
    /// </summary>
    public IReadOnlyList<RocPoint> RocCurve(bool dropCollinear = true)
    {
        if (OneSided)
        {
            return [];
        }

        var points = new List<RocPoint> { new(double.PositiveInfinity, 0, 0) };
        long truePositives = 0, falsePositives = 0;
        for (var i = 0; i < _values.Length; i++)
        {
            truePositives += _positives[i];
            falsePositives += _negatives[i];
            var corner = !dropCollinear || i == _values.Length - 1
                || (long)_positives[i] * _negatives[i + 1] != (long)_positives[i + 1] * _negatives[i];
            if (corner)
            {
                points.Add(new RocPoint(_values[i], falsePositives / (double)NegativeCount, truePositives / (double)PositiveCount));
            }
        }

        return points;
    }
}
