using Fathom.Insight.Metrics;

namespace Fathom.Insight.Evaluation;

/// <summary>A number per layer over a set of samples.</summary>
/// <param name="FirstLayer">Hidden-state entry of the first value.</param>
/// <param name="Count">Number of samples.</param>
/// <param name="Mean">Mean over the samples, by layer.</param>
/// <param name="StandardDeviation">Population standard deviation over the samples, by layer.</param>
public sealed record LayerCurve(int FirstLayer, int Count, IReadOnlyList<double> Mean, IReadOnlyList<double> StandardDeviation)
{
    /// <summary>
    /// Early-stabilisation statistic S_late: mean of the curve over its last quarter (rounded up) divided by its maximum; low =
    /// settles early. NaN for an empty or zero curve.
    /// </summary>
    /// <param name="withoutLast">Leave out the last entry, whose scale the final norm changes.</param>
    public double LateShare(bool withoutLast = false)
    {
        var mean = Mean.Take(withoutLast ? Mean.Count - 1 : Mean.Count).ToArray();
        if (mean.Length == 0) return double.NaN;
        var quarter = (mean.Length + 3) / 4;
        var largest = mean.Max();
        return largest > 0 ? Scores.MeanAndDeviation(mean.AsSpan(mean.Length - quarter)).Mean / largest : double.NaN;
    }
}
