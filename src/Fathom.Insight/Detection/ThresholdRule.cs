namespace Fathom.Insight.Detection;

/// <summary>How a threshold is read from calibration scores.</summary>
public enum ThresholdRule
{
    /// <summary>The quantile, linearly interpolated.</summary>
    Quantile,

    /// <summary>
    /// The conformal one: of n + 1 exchangeable scores at most a share of 1 - level lies above it, for any distribution. A promise for
    /// held-out scores; cross-fitted ones keep it approximately. Needs n + 1 of at least 1 / (1 - level).
    /// </summary>
    Conformal,

    /// <summary>
    /// The score that separates calibration and OOD scores best: detection rate minus false-alarm rate is largest (W. J. Youden, 1950).
    /// Needs OOD samples, and promises nothing of OOD samples of another kind.
    /// </summary>
    Youden,
}
