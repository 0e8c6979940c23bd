namespace Fathom.Insight.Metrics;

/// <summary>Rank and linear correlation. Fewer than two pairs or a constant list give NaN.</summary>
public static class Correlation
{
    /// <summary>
    /// Kendall's tau-b, corrected for ties, in O(n log n) (W. R. Knight, "A computer method for calculating Kendall's tau with
    /// ungrouped data", 1966).
    /// </summary>
    /// <exception cref="FathomException">A value is NaN or infinite.</exception>
    public static double KendallTauB(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Check(x, y);
        var n = x.Length;
        var pairs = new (double X, double Y)[n];
        for (var i = 0; i < n; i++)
        {
            pairs[i] = (x[i], y[i]);
        }

        Array.Sort(pairs, static (a, b) => a.X != b.X ? a.X.CompareTo(b.X) : a.Y.CompareTo(b.Y));
        long all = Pairs(n), tiedX = 0, tiedBoth = 0;
        long runX = 1, runBoth = 1;
        for (var i = 1; i <= n; i++)
        {
            var sameX = i < n && pairs[i].X == pairs[i - 1].X;
            var sameBoth = sameX && pairs[i].Y == pairs[i - 1].Y;
            if (sameX) runX++;
            else (tiedX, runX) = (tiedX + Pairs(runX), 1);
            if (sameBoth) runBoth++;
            else (tiedBoth, runBoth) = (tiedBoth + Pairs(runBoth), 1);
        }

        var ys = new double[n];
        for (var i = 0; i < n; i++)
        {
            ys[i] = pairs[i].Y;
        }

        var discordant = SortCountingInversions(ys, new double[n]);
        long tiedY = 0, runY = 1;
        for (var i = 1; i <= n; i++)
        {
            if (i < n && ys[i] == ys[i - 1]) runY++;
            else (tiedY, runY) = (tiedY + Pairs(runY), 1);
        }

        if (all == tiedX || all == tiedY)
        {
            return double.NaN;
        }

        var surplus = all - tiedX - tiedY + tiedBoth - 2 * discordant;
        return Math.Clamp(surplus / Math.Sqrt(all - tiedX) / Math.Sqrt(all - tiedY), -1, 1);
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

    private static void Check(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.Length != y.Length)
        {
            throw new ArgumentException($"two lists of one length are compared; these have {x.Length} and {y.Length}");
        }

        Scores.EnsureFinite(x, "first");
        Scores.EnsureFinite(y, "second");
    }

    private static long Pairs(long n) => n * (n - 1) / 2;

    /// <summary>Merge sort that counts how often a later value is smaller than an earlier one.</summary>
    private static long SortCountingInversions(Span<double> values, Span<double> spare)
    {
        if (values.Length < 2)
        {
            return 0;
        }

        var half = values.Length / 2;
        var count = SortCountingInversions(values[..half], spare[..half]) + SortCountingInversions(values[half..], spare[half..]);
        values.CopyTo(spare);
        int left = 0, right = half;
        for (var to = 0; to < values.Length; to++)
        {
            if (right == values.Length || (left < half && spare[left] <= spare[right]))
            {
                values[to] = spare[left++];
            }
            else
            {
                values[to] = spare[right++];
                count += half - left;
            }
        }

        return count;
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
