namespace Fathom.Insight.Metrics;

/// <summary>Checks and order statistics of plain score lists.</summary>
public static class Scores
{
    /// <summary>Rejects NaN and infinity: a sort would silently put them at an end.</summary>
    /// <exception cref="FathomException">One is there; the message names the list and the place.</exception>
    public static void EnsureFinite(ReadOnlySpan<double> scores, string name)
    {
        for (var i = 0; i < scores.Length; i++)
        {
            if (!double.IsFinite(scores[i]))
            {
                throw new FathomException($"{name} score {i} is {Word(scores[i])}; expected a finite number: remove the sample or see why its detector failed");
            }
        }
    }

    /// <summary>
    /// Quantile with linear interpolation between order statistics (numpy's default, type 7 of Hyndman and Fan):
    /// position (n - 1) q. NaN for an empty list.
    /// </summary>
    /// <exception cref="FathomException">A score is NaN or infinite.</exception>
    public static double Quantile(ReadOnlySpan<double> scores, double level)
    {
        EnsureFinite(scores, "calibration");
        var sorted = scores.ToArray();
        Array.Sort(sorted);
        return QuantileOfSorted(sorted, level);
    }

    /// <summary>Mean and population standard deviation; NaN for an empty list.</summary>
    public static (double Mean, double StandardDeviation) MeanAndDeviation(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
        {
            return (double.NaN, double.NaN);
        }

        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        var mean = sum / values.Length;
        var squares = 0.0;
        foreach (var value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        return (mean, Math.Sqrt(squares / values.Length));
    }

    internal static double QuantileOfSorted(ReadOnlySpan<double> sorted, double level)
    {
        if (level is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(level), level, "a quantile level lies between 0 and 1");
        }

        if (sorted.IsEmpty)
        {
            return double.NaN;
        }

        var place = (sorted.Length - 1) * level;
        var below = (int)Math.Floor(place);
        var above = Math.Min(below + 1, sorted.Length - 1);
        var part = place - below;
        var step = sorted[above] - sorted[below];
        return part < 0.5 ? sorted[below] + step * part : sorted[above] - step * (1 - part);
    }

    private static string Word(double value) => double.IsNaN(value) ? "NaN" : value > 0 ? "infinite" : "minus infinity";
}
