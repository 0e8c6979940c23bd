using Fathom.Insight.Numerics;

namespace Fathom.Insight.Metrics;

/// <summary>Mean over repetitions with Student's interval: what a repetition with another seed may give.</summary>
public static class StudentInterval
{
    /// <summary>The mean of a few values and the interval around it.</summary>
    /// <param name="values">One value a repetition; at least one.</param>
    /// <param name="level">Probability that the interval holds the mean, were the values normal; above 0 and below 1.</param>
    /// <returns>Mean, standard deviation of the values (divided by count - 1) and interval; NaN but for the mean where there is one value.</returns>
    public static (double Mean, double Deviation, Interval Interval) Of(IReadOnlyList<double> values, double level = 0.95)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfZero(values.Count);
        var mean = values.Average();
        if (values.Count == 1) return (mean, double.NaN, new Interval(double.NaN, double.NaN));
        var deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
        var half = CriticalValue(values.Count - 1, level) * deviation / Math.Sqrt(values.Count);
        return (mean, deviation, new Interval(mean - half, mean + half));
    }

    /// <summary>The value t with P(|T| &lt;= t) = level under Student's distribution.</summary>
    /// <param name="degrees">Degrees of freedom, at least 1.</param>
    /// <param name="level">Above 0 and below 1.</param>
    public static double CriticalValue(int degrees, double level)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degrees, 1);
        if (!(level > 0 && level < 1)) throw new ArgumentOutOfRangeException(nameof(level), level, "expected a probability above 0 and below 1");
        var (low, high) = (0.0, 1.0);
        while (Outside(high, degrees) > 1 - level) high *= 2;
        for (var i = 0; i < 200 && low < high; i++)
        {
            var middle = low + (high - low) / 2;
            if (middle == low || middle == high) break;
            if (Outside(middle, degrees) > 1 - level) low = middle;
            else high = middle;
        }

        return high;
    }

    // P(|T| > t) = I_{v / (v + t^2)}(v / 2, 1 / 2).
    private static double Outside(double t, int degrees) => t == 0 ? 1 : SpecialFunctions.IncompleteBeta(degrees / (degrees + t * t), degrees / 2.0, 0.5);
}
