namespace Fathom.Insight.Detection;

/// <summary>What calibration adds to fitted detectors.</summary>
internal sealed record GuardParts
{
    public static readonly GuardParts None = new();

    public IReadOnlyDictionary<string, Threshold> Thresholds { get; init; } = new Dictionary<string, Threshold>(StringComparer.Ordinal);

    /// <summary>By detector, then by group.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, Threshold>> GroupThresholds { get; init; } = new Dictionary<string, IReadOnlyDictionary<string, Threshold>>(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, CalibrationScores> Scores { get; init; } = new Dictionary<string, CalibrationScores>(StringComparer.Ordinal);

    public string GroupField { get; init; } = "";

    public GuardLead? Lead { get; init; }

    /// <summary>Whether short texts of the fit samples are kept.</summary>
    public bool HasTexts { get; init; }
}
