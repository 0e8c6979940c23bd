namespace Fathom.Reports;

/// <summary>Everything the report of <c>ood score</c> shows: new questions against what the model knows. Any part may be empty.</summary>
public sealed record ScoreReport : IReport
{
    /// <inheritdoc/>
    public required string Title { get; init; }

    /// <inheritdoc/>
    public string Summary { get; init; } = "";

    /// <inheritdoc/>
    public required ReportProgress Progress { get; init; }

    /// <summary>Scores of the new questions, the leading detector first.</summary>
    public IReadOnlyList<ScoredDetector> Detectors { get; init; } = [];

    /// <summary>The questions that scored highest under the leading detector, strangest first.</summary>
    public IReadOnlyList<StrangeQuestion> Strangest { get; init; } = [];

    /// <summary>The watch over the stream, or <see langword="null"/> where nobody asked for it.</summary>
    public DriftPicture? Drift { get; init; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <inheritdoc/>
    public IReadOnlyList<ReportFact> Settings { get; init; } = [];

    /// <inheritdoc/>
    public IReadOnlyList<ReportFact> Hashes { get; init; } = [];

    /// <inheritdoc/>
    public DateTimeOffset? WrittenAt { get; init; }
}
