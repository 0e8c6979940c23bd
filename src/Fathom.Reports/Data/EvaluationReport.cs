namespace Fathom.Reports;

/// <summary>
/// Everything the report of <c>ood evaluate</c> shows. Plain data: any part may be empty, so that a report can be written at every
/// moment of a run. Sets and detectors appear in the order in which they are first named.
/// </summary>
public sealed record EvaluationReport : IReport
{
    /// <inheritdoc/>
    public required string Title { get; init; }

    /// <inheritdoc/>
    public string Summary { get; init; } = "";

    /// <inheritdoc/>
    public required ReportProgress Progress { get; init; }

    /// <summary>Name of the in-distribution set.</summary>
    public string InDistributionName { get; init; } = "in-distribution";

    /// <summary>One row for each detector and out-of-distribution set.</summary>
    public IReadOnlyList<ResultRow> Results { get; init; } = [];

    /// <summary>Score distributions, ROC curves and controls, one entry a detector.</summary>
    public IReadOnlyList<DetectorScores> Detectors { get; init; } = [];

    /// <summary>Layer-by-layer pictures.</summary>
    public IReadOnlyList<LayerTrajectory> Trajectories { get; init; } = [];

    /// <summary>How far the length of a question alone would go, one entry a set.</summary>
    public IReadOnlyList<LengthBaseline> LengthBaselines { get; init; } = [];

    /// <summary>Further numbers: whether scores tell right answers from wrong ones, what thresholds do.</summary>
    public IReadOnlyList<NumberTable> Tables { get; init; } = [];

    /// <summary>The questions that scored highest, strangest first.</summary>
    public IReadOnlyList<StrangeQuestion> Strangest { get; init; } = [];

    /// <summary>Name of the detector that ranked <see cref="Strangest"/>; empty for none.</summary>
    public string StrangestDetector { get; init; } = "";

    /// <inheritdoc/>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <inheritdoc/>
    public IReadOnlyList<ReportFact> Settings { get; init; } = [];

    /// <inheritdoc/>
    public IReadOnlyList<ReportFact> Hashes { get; init; } = [];

    /// <inheritdoc/>
    public DateTimeOffset? WrittenAt { get; init; }
}
