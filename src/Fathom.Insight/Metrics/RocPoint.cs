namespace Fathom.Insight.Metrics;

/// <summary>One point of a ROC curve: what is called positive when every score of at least <paramref name="Threshold"/> is.</summary>
/// <param name="Threshold">Smallest score called positive; infinity at the origin.</param>
/// <param name="FalsePositiveRate">Share of the negatives called positive.</param>
/// <param name="TruePositiveRate">Share of the positives called positive.</param>
public readonly record struct RocPoint(double Threshold, double FalsePositiveRate, double TruePositiveRate);
