using Fathom.Insight.Numerics;

namespace Fathom.Insight.Metrics;

/// <summary>
/// Variance of an AUROC without resampling (E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson, 1988): the variance of the
/// placements of each class among the other.
/// </summary>
public static class DeLong
{
    /// <summary>Estimated variance of the table's AUROC; NaN when a class has fewer than two samples.</summary>
    public static double Variance(ScoreTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (table.PositiveCount < 2 || table.NegativeCount < 2)
        {
            return double.NaN;
        }

        var auroc = table.Auroc();
        double positiveSquares = 0, negativeSquares = 0;
        long negativesBelow = table.NegativeCount, positivesAbove = 0;
        for (var i = 0; i < table.Values.Length; i++)
        {
            negativesBelow -= table.Negatives[i];
            var positivePlacement = (negativesBelow + table.Negatives[i] / 2.0) / table.NegativeCount - auroc;
            var negativePlacement = (positivesAbove + table.Positives[i] / 2.0) / table.PositiveCount - auroc;
            positiveSquares += table.Positives[i] * positivePlacement * positivePlacement;
            negativeSquares += table.Negatives[i] * negativePlacement * negativePlacement;
            positivesAbove += table.Positives[i];
        }

        return positiveSquares / (table.PositiveCount - 1) / table.PositiveCount + negativeSquares / (table.NegativeCount - 1) / table.NegativeCount;
    }

    /// <summary>Normal interval of the AUROC, cut at 0 and 1; it has no width where the classes are separated completely.</summary>
    public static Interval Interval(ScoreTable table, double confidence = 0.95)
    {
        var deviation = Math.Sqrt(Variance(table));
        var reach = StableMath.NormalQuantile((1 + confidence) / 2) * deviation;
        var auroc = table.Auroc();
        return double.IsNaN(reach) ? new Interval(double.NaN, double.NaN) : new Interval(Math.Max(0, auroc - reach), Math.Min(1, auroc + reach));
    }
}
