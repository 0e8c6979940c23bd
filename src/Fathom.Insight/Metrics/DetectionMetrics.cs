namespace Fathom.Insight.Metrics;

/// <summary>
/// How well one detector tells in-distribution (ID) from out-of-distribution (OOD) samples. ID is the positive class of
/// <see cref="Fpr95"/> and <see cref="AuprIn"/>, OOD of <see cref="AuprOut"/>. AUPR depends on the ratio of the counts.
/// </summary>
public sealed record DetectionMetrics
{
    /// <summary>Number of ID samples.</summary>
    public required int IdCount { get; init; }

    /// <summary>Number of OOD samples.</summary>
    public required int OodCount { get; init; }

    /// <summary>Probability that an OOD sample scores higher than an ID sample, ties half.</summary>
    public required double Auroc { get; init; }

    /// <summary>Share of OOD samples accepted at the strictest threshold that accepts at least 95 % of the ID samples.</summary>
    public required double Fpr95 { get; init; }

    /// <summary>The same at the recall nearest to 95 % (<see cref="RecallConvention.NearestRecall"/>).</summary>
    public required double Fpr95Nearest { get; init; }

    /// <summary>Average precision with ID as the positive class.</summary>
    public required double AuprIn { get; init; }

    /// <summary>Average precision with OOD as the positive class.</summary>
    public required double AuprOut { get; init; }

    /// <summary>What a reader must know before trusting the numbers, for instance that a class was empty.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Computes the metrics from OOD scores (higher = more out of distribution) of both sets; an empty set gives NaN and a warning.</summary>
    /// <exception cref="FathomException">A score is NaN or infinite.</exception>
    public static DetectionMetrics Of(ReadOnlySpan<double> idScores, ReadOnlySpan<double> oodScores) => Of(Table(idScores, oodScores));

    /// <summary>The table the metrics are computed from: ID positive, scores negated.</summary>
    /// <exception cref="FathomException">A score is NaN or infinite.</exception>
    public static ScoreTable Table(ReadOnlySpan<double> idScores, ReadOnlySpan<double> oodScores) =>
        ScoreTable.Create(oodScores, idScores, "OOD", "ID").Swapped();

    /// <summary>The same from a table whose positive class is ID.</summary>
    public static DetectionMetrics Of(ScoreTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        List<string> warnings = [];
        if (table.PositiveCount == 0) warnings.Add("no in-distribution sample: every metric is NaN");
        if (table.NegativeCount == 0) warnings.Add("no out-of-distribution sample: every metric is NaN");
        return new DetectionMetrics
        {
            IdCount = table.PositiveCount,
            OodCount = table.NegativeCount,
            Auroc = table.Auroc(),
            Fpr95 = table.FalsePositiveRate(),
            Fpr95Nearest = table.FalsePositiveRate(0.95, RecallConvention.NearestRecall),
            AuprIn = table.AveragePrecision(),
            AuprOut = table.AveragePrecisionOfNegatives(),
            Warnings = warnings,
        };
    }
}
