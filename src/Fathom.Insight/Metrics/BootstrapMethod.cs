namespace Fathom.Insight.Metrics;

/// <summary>How an interval is read from the resampled values.</summary>
public enum BootstrapMethod
{
    /// <summary>The quantiles themselves.</summary>
    Percentile,

    /// <summary>Quantiles moved for bias and skewness (bias-corrected and accelerated; B. Efron, 1987).</summary>
    BiasCorrectedAccelerated,
}
