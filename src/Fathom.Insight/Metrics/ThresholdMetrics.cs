namespace Fathom.Insight.Metrics;

/// <summary>What a threshold does: a sample is called OOD when its score is above the threshold.</summary>
public sealed record ThresholdMetrics
{
    /// <summary>The threshold.</summary>
    public required double Threshold { get; init; }

    /// <summary>Share of all samples called right.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Mean of the shares of ID and of OOD samples called right; NaN when a set is empty.</summary>
    public required double BalancedAccuracy { get; init; }

    /// <summary>Share of ID samples called OOD.</summary>
    public required double FalseAlarmRate { get; init; }

    /// <summary>Share of OOD samples called OOD.</summary>
    public required double DetectionRate { get; init; }

    /// <summary>Youden's J: <see cref="DetectionRate"/> minus <see cref="FalseAlarmRate"/>.</summary>
    public double YoudenJ => DetectionRate - FalseAlarmRate;

    /// <summary>Applies a threshold to OOD scores of both sets.</summary>
    /// <exception cref="FathomException">A score is NaN or infinite.</exception>
    public static ThresholdMetrics Of(ReadOnlySpan<double> idScores, ReadOnlySpan<double> oodScores, double threshold)
    {
        Scores.EnsureFinite(idScores, "ID");
        Scores.EnsureFinite(oodScores, "OOD");
        int alarms = Above(idScores, threshold), hits = Above(oodScores, threshold);
        var falseAlarms = alarms / (double)idScores.Length;
        var detected = hits / (double)oodScores.Length;
        return new ThresholdMetrics
        {
            Threshold = threshold,
            Accuracy = (idScores.Length - alarms + hits) / ((double)idScores.Length + oodScores.Length),
            BalancedAccuracy = (1 - falseAlarms + detected) / 2,
            FalseAlarmRate = falseAlarms,
            DetectionRate = detected,
        };
    }

    /// <summary>
    /// The observed score at which Youden's J is largest, the lowest of equals; needs OOD scores, so it is for offline use.
    /// NaN when a set is empty.
    /// </summary>
    /// <exception cref="FathomException">A score is NaN or infinite.</exception>
    public static double YoudenThreshold(ReadOnlySpan<double> idScores, ReadOnlySpan<double> oodScores)
    {
        var table = ScoreTable.Create(oodScores, idScores, "OOD", "ID");
        if (table.PositiveCount == 0 || table.NegativeCount == 0)
        {
            return double.NaN;
        }

        // Exact in integers: J compares as hits * idCount - alarms * oodCount.
        var best = double.NaN;
        long bestJ = long.MinValue, hits = 0, alarms = 0;
        for (var i = 0; i < table.Values.Length; i++)
        {
            var j = checked(hits * table.NegativeCount - alarms * table.PositiveCount);
            if (j >= bestJ)
            {
                bestJ = j;
                best = table.Values[i];
            }

            hits += table.Positives[i];
            alarms += table.Negatives[i];
        }

        return best;
    }

    private static int Above(ReadOnlySpan<double> scores, double threshold)
    {
        var above = 0;
        foreach (var score in scores)
        {
            if (score > threshold)
            {
                above++;
            }
        }

        return above;
    }
}
