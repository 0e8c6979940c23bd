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

    /// <summary>
    /// How many characters of every fit sample's text are kept, so that <see cref="FittedDetectorSet.Nearest"/> can show them; default 0,
    /// none: texts may be private.
    /// </summary>
    public int TextCharacters { get; init; }

    internal void Validate()
    {
        if (TextCharacters is < 0 or > 100_000) throw new FathomException($"calibration: {TextCharacters} characters of text; expected 0 to 100000");
        if (!Enum.IsDefined(Rule)) throw new FathomException($"calibration: rule {Rule} is unknown");
        if (Level is not (> 0 and < 1)) throw new FathomException($"calibration: level {Level}; expected a number between 0 and 1");
        if (Folds is < 2 or > 100) throw new FathomException($"calibration: {Folds} folds; expected 2 to 100");
    }
}
