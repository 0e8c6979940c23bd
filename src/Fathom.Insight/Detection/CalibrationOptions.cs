namespace Fathom.Insight.Detection;

/// <summary>How thresholds are found from in-distribution data alone.</summary>
public sealed record CalibrationOptions
{
    /// <summary>Quantile of the calibration scores used as the threshold; default 0.95, a false alarm in about twenty.</summary>
    public double Level { get; init; } = 0.95;

    /// <summary>Parts of the data: each is scored by detectors fitted on the others. Default 5.</summary>
    public int Folds { get; init; } = 5;

    /// <summary>How thresholds are read from the calibration scores; default the quantile.</summary>
    public ThresholdRule Rule { get; init; } = ThresholdRule.Quantile;

    internal void Validate()
    {
        if (!Enum.IsDefined(Rule)) throw new FathomException($"calibration: rule {Rule} is unknown");
        if (Level is not (> 0 and < 1)) throw new FathomException($"calibration: level {Level}; expected a number between 0 and 1");
        if (Folds is < 2 or > 100) throw new FathomException($"calibration: {Folds} folds; expected 2 to 100");
    }
}
