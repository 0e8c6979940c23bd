namespace Fathom.Insight.Evaluation;

/// <summary>Mean and population standard deviation over repetitions; NaN when there was none.</summary>
/// <param name="Mean">Mean.</param>
/// <param name="StandardDeviation">Standard deviation.</param>
public readonly record struct MeanAndSpread(double Mean, double StandardDeviation);
