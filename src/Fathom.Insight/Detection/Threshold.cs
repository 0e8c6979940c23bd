namespace Fathom.Insight.Detection;

/// <summary>Above which score a sample is called out of distribution, and on what ground.</summary>
public sealed record Threshold
{
    /// <summary>The threshold: a score above it is called OOD.</summary>
    public required double Value { get; init; }

    /// <summary>Rule that chose it (<see cref="ThresholdRule"/>); <c>quantile</c> = this quantile of the calibration scores, linearly interpolated, <c>conformal</c> = with a promise for finite samples, <c>youden</c> = best between calibration and OOD scores.</summary>
    public string Rule { get; init; } = "quantile";

    /// <summary>Share of the calibration scores at or below it.</summary>
    public required double Level { get; init; }

    /// <summary>Where the calibration scores came from: <c>cross_fit</c> (every sample scored by detectors fitted without it) or <c>held_out</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Number of calibration scores.</summary>
    public required int CalibrationCount { get; init; }

    /// <summary>Fingerprint of the calibration samples (<see cref="SampleSetHash"/>).</summary>
    public required string CalibrationHash { get; init; }

    /// <summary>SHA-256 of the file the calibration samples were read from; empty where unknown.</summary>
    public string CalibrationSha256 { get; init; } = "";

    /// <summary>Number of OOD scores that the rule <c>youden</c> looked at; 0 for the others.</summary>
    public int OodCount { get; init; }

    /// <summary>Fingerprint of these samples; empty for none.</summary>
    public string OodHash { get; init; } = "";

    /// <summary>SHA-256 of their file; empty where unknown.</summary>
    public string OodSha256 { get; init; } = "";

    internal void Validate(string detector)
    {
        var observed = Rule == SettingsReader.Word(ThresholdRule.Youden);
        if (!double.IsFinite(Value)) throw new FathomException($"detector '{detector}': threshold {Value}; expected a finite number");
        if (!(observed ? Level is >= 0 and <= 1 : Level is > 0 and < 1)) throw new FathomException($"detector '{detector}': threshold level {Level}; expected a number between 0 and 1");
        if (CalibrationCount < 1) throw new FathomException($"detector '{detector}': threshold from {CalibrationCount} samples; expected at least 1");
        if (OodCount < (observed ? 1 : 0)) throw new FathomException($"detector '{detector}': threshold from {OodCount} out-of-distribution samples; expected at least {(observed ? 1 : 0)}");
    }
}
