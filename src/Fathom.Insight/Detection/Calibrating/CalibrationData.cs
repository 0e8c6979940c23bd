using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

/// <summary>Samples beside those to fit on, for thresholds that promise more.</summary>
public sealed record CalibrationData
{
    /// <summary>
    /// In-distribution samples kept out of the fit: thresholds and p-values are read from their scores, and a conformal promise is then
    /// exact. <see langword="null"/> (the default): cross-fitting on the fit samples, which keeps it approximately.
    /// </summary>
    public IEnumerable<Trace>? HeldOut { get; init; }

    /// <summary>SHA-256 of the file the calibration samples come from, to be kept with every threshold; empty for none.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>The group of a calibration sample, for thresholds apart for every group (Mondrian); <see langword="null"/>: no groups.</summary>
    public Func<Trace, string?>? GroupOf { get; init; }

    /// <summary>Name of the field that holds the group, so that new samples are asked for the same.</summary>
    public string GroupField { get; init; } = "";

    /// <summary>Out-of-distribution samples, which the rule <see cref="ThresholdRule.Youden"/> needs.</summary>
    public IEnumerable<Trace>? OutOfDistribution { get; init; }

    /// <summary>SHA-256 of the file these come from; empty for none.</summary>
    public string OutOfDistributionSha256 { get; init; } = "";
}
