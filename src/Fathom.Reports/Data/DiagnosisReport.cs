namespace Fathom.Reports;

/// <summary>Everything the report of <c>ood diagnose</c> shows. Any part may be empty.</summary>
public sealed record DiagnosisReport : IReport
{
    /// <inheritdoc/>
    public required string Title { get; init; }

    /// <inheritdoc/>
    public string Summary { get; init; } = "";

    /// <inheritdoc/>
    public required ReportProgress Progress { get; init; }

    /// <summary>Quantities layer by layer.</summary>
    public IReadOnlyList<LayerTrajectory> Trajectories { get; init; } = [];

    /// <summary>Numbers by set.</summary>
    public IReadOnlyList<NumberTable> Tables { get; init; } = [];

    /// <inheritdoc/>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <inheritdoc/>
    public IReadOnlyList<ReportFact> Settings { get; init; } = [];

    /// <inheritdoc/>
    public IReadOnlyList<ReportFact> Hashes { get; init; } = [];

    /// <inheritdoc/>
    public DateTimeOffset? WrittenAt { get; init; }
}
