namespace Fathom.Insight.Metrics;

/// <summary>Rank and linear correlation. Fewer than two pairs or a constant list give NaN.</summary>
public static partial class Correlation
{
    /// <summary>
    /// Kendall's tau-b, corrected for ties, in O(n log n) (W. R. Knight, "A computer method for calculating Kendall's tau with
    /// ungrouped data", 1966).
    /// </summary>
    /// <exception cref="FathomException">A value is NaN or infinite.</exception>
    public static double KendallTauB(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var pairs = KendallPairs.Of(x, y);
        return pairs.IsUndefined ? double.NaN : Math.Clamp(pairs.Surplus / Math.Sqrt(pairs.All - pairs.TiedX) / Math.Sqrt(pairs.All - pairs.TiedY), -1, 1);
    }

    /// <summary>Stuart's tau-c: for tables that are not square; the surplus over its largest value given the fewer distinct values.</summary>
    /// <exception cref="FathomException">A value is NaN or infinite.</exception>
    public static double KendallTauC(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var pairs = KendallPairs.Of(x, y);
        if (pairs.IsUndefined) return double.NaN;
        double classes = Math.Min(pairs.DistinctX, pairs.DistinctY);
        return Math.Clamp(2.0 * pairs.Surplus / ((double)pairs.Count * pairs.Count * (classes - 1) / classes), -1, 1);
    }

    /// <summary>Spearman's rho: Pearson's correlation of the mid-ranks.</summary>
    /// <exception cref="FathomException">A value is NaN or infinite.</exception>
    public static double Spearman(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Check(x, y);
        return Pearson(MidRanks(x), MidRanks(y));
    }

    /// <summary>Pearson's linear correlation.</summary>
    /// <exception cref="FathomException">A value is NaN or infinite.</exception>
    public static double Pearson(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Check(x, y);
        if (x.Length < 2)
        {
            return double.NaN;
        }

        var left = CentredUnit(x);
        var right = CentredUnit(y);
        if (left is null || right is null)
        {
            return double.NaN;
        }

        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return Math.Clamp(sum, -1, 1);
    }

    /// <summary>Ranks from 1; equal values share the mean of their ranks.</summary>
    public static double[] MidRanks(ReadOnlySpan<double> values)
    {
        var sorted = values.ToArray();
        var order = new int[sorted.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(sorted, order);
        var ranks = new double[order.Length];
        for (var start = 0; start < order.Length;)
        {
            var end = start + 1;
            while (end < order.Length && sorted[end] == sorted[start])
            {
                end++;
            }

            for (var i = start; i < end; i++)
            {
                ranks[order[i]] = (start + 1 + end) / 2.0;
            }

            start = end;
        }

        return ranks;
    }

    internal static void Check(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.Length != y.Length)
        {
            throw new ArgumentException($"two lists of one length are compared; these have {x.Length} and {y.Length}");
        }

        Scores.EnsureFinite(x, "first");
        Scores.EnsureFinite(y, "second");
    }

    /// <summary>Centred and of length 1, scaled first so that nothing overflows; <see langword="null"/> for a constant list.</summary>
    private static double[]? CentredUnit(ReadOnlySpan<double> values)
    {
        var largest = 0.0;
        var constant = true;
        foreach (var value in values)
        {
            largest = Math.Max(largest, Math.Abs(value));
            constant &= value == values[0];
        }

        if (constant)
        {
            return null;
        }

        // By a power of two, which rounds nothing.
        var exponent = -Math.ILogB(largest);
        var scaled = new double[values.Length];
        var sum = 0.0;
        for (var i = 0; i < scaled.Length; i++)
        {
            sum += scaled[i] = Math.ScaleB(values[i], exponent);
        }

        var mean = sum / scaled.Length;
        var squares = 0.0;
        for (var i = 0; i < scaled.Length; i++)
        {
            scaled[i] -= mean;
            squares += scaled[i] * scaled[i];
        }

        var length = Math.Sqrt(squares);
        for (var i = 0; i < scaled.Length; i++)
        {
            scaled[i] /= length;
        }

        return scaled;
    }
}
