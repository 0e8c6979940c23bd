namespace Fathom.Insight.Metrics;

/// <summary>One point of a precision-recall curve: what is called positive when every score of at least <paramref name="Threshold"/> is.</summary>
/// <param name="Threshold">Smallest score called positive; infinity at the start.</param>
/// <param name="Precision">Share of what is called positive that is; 1 at the start.</param>
/// <param name="Recall">Share of the positives called positive.</param>
public readonly record struct PrecisionRecallPoint(double Threshold, double Precision, double Recall);
