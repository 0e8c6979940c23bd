namespace Fathom.Reports;

/// <summary>Scores one detector gave to new questions, beside those of the questions it was fitted on.</summary>
/// <param name="Name">Name of the detector.</param>
/// <param name="Scores">Scores of the new questions.</param>
public sealed record ScoredDetector(string Name, ScoreSet Scores)
{
    /// <summary>One sentence on what the detector looks at; empty for none.</summary>
    public string Description { get; init; } = "";

    /// <summary>Scores of known questions to compare with, or <see langword="null"/>.</summary>
    public ScoreSet? Reference { get; init; }

    /// <summary>The threshold, or <see langword="null"/> when none was set.</summary>
    public ScoreThreshold? Threshold { get; init; }

    /// <summary>New questions that were flagged, where not all meet the same threshold; <see langword="null"/>: those above <see cref="Threshold"/>.</summary>
    public int? Flagged { get; init; }

    /// <summary>New questions above their threshold; 0 without one.</summary>
    public int FlaggedCount => Flagged is { } counted ? counted : Threshold is null ? 0 : Scores.Scores.Count(score => score > Threshold.Value);
}
