namespace Fathom.Reports;

/// <summary>What a report draws of one detector: score distributions, ROC curves and its controls.</summary>
/// <param name="Name">Name of the detector, as in <see cref="ResultRow.Detector"/>.</param>
public sealed record DetectorScores(string Name)
{
    /// <summary>One sentence on what the detector looks at; empty for none.</summary>
    public string Description { get; init; } = "";

    /// <summary>Scores of the in-distribution test questions.</summary>
    public ScoreSet? InDistribution { get; init; }

    /// <summary>Scores of each out-of-distribution set.</summary>
    public IReadOnlyList<ScoreSet> OutOfDistribution { get; init; } = [];

    /// <summary>ROC curve of each out-of-distribution set.</summary>
    public IReadOnlyList<RocCurve> RocCurves { get; init; } = [];

    /// <summary>Fit questions against held-out ones, or <see langword="null"/> while unknown.</summary>
    public FitVersusTest? FitVersusTest { get; init; }

    /// <summary>Rank correlation of the score with the length of the question, or <see langword="null"/> while unknown.</summary>
    public double? LengthCorrelation { get; init; }
}
