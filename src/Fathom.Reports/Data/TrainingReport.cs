namespace Fathom.Reports;

/// <summary>Everything the report of <c>train</c> shows. Any part may be empty.</summary>
public sealed record TrainingReport : IReport
{
    /// <inheritdoc/>
    public required string Title { get; init; }

    /// <inheritdoc/>
    public string Summary { get; init; } = "";

    /// <inheritdoc/>
    public required ReportProgress Progress { get; init; }

    /// <summary>Loss, and every other metric.</summary>
    public IReadOnlyList<TrainingChart> Charts { get; init; } = [];

    /// <inheritdoc/>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <inheritdoc/>
    public IReadOnlyList<ReportFact> Settings { get; init; } = [];

    /// <inheritdoc/>
    public IReadOnlyList<ReportFact> Hashes { get; init; } = [];

    /// <inheritdoc/>
    public DateTimeOffset? WrittenAt { get; init; }
}
