using Fathom.Insight.Metrics;

namespace Fathom.Insight.Evaluation;

/// <summary>One detector on one out-of-distribution set.</summary>
public sealed record ComparisonResult
{
    /// <summary>Name of the detector.</summary>
    public required string Detector { get; init; }

    /// <summary>Name of the OOD set.</summary>
    public required string Set { get; init; }

    /// <summary>Metrics on the whole set.</summary>
    public required DetectionMetrics Metrics { get; init; }

    /// <summary>Bootstrap intervals of the metrics.</summary>
    public required MetricIntervals Intervals { get; init; }

    /// <summary>AUROC over subsamples of the OOD set.</summary>
    public required MeanAndSpread SubsampledAuroc { get; init; }

    /// <summary>FPR95 over the same subsamples.</summary>
    public required MeanAndSpread SubsampledFpr95 { get; init; }

    /// <summary>Length control.</summary>
    public required LengthControl Length { get; init; }

    /// <summary>Label-permutation control.</summary>
    public required PermutationControl Permutation { get; init; }

    /// <summary>What the calibrated threshold does on this set; <see langword="null"/> without a threshold.</summary>
    public ThresholdMetrics? AtThreshold { get; init; }
}
