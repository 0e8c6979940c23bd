namespace Fathom.Insight.Metrics;

/// <summary>Every count of pairs that Kendall's coefficients and their p-value are made of; exact integers.</summary>
internal readonly record struct KendallPairs
{
    public required int Count { get; init; }

    /// <summary>All pairs of samples.</summary>
    public required long All { get; init; }

    public required long TiedX { get; init; }

    public required long TiedY { get; init; }

    public required long TiedBoth { get; init; }

    public required long Discordant { get; init; }

    public required int DistinctX { get; init; }

    public required int DistinctY { get; init; }

    /// <summary>Sums over the groups of equal values of t(t-1)(t-2) and t(t-1)(2t+5).</summary>
    public required (double Triples, double Weighted) MomentsX { get; init; }

    public required (double Triples, double Weighted) MomentsY { get; init; }

    /// <summary>Concordant minus discordant pairs.</summary>
    public long Surplus => All - TiedX - TiedY + TiedBoth - 2 * Discordant;

    /// <summary>Whether a list is constant, or there is no pair.</summary>
    public bool IsUndefined => All == TiedX || All == TiedY;

    /// <summary>Counts in O(n log n).</summary>
    public static KendallPairs Of(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Correlation.Check(x, y);
        var n = x.Length;
        var pairs = new (double X, double Y)[n];
        for (var i = 0; i < n; i++)
        {
            pairs[i] = (x[i], y[i]);
        }

        Array.Sort(pairs, static (a, b) => a.X != b.X ? a.X.CompareTo(b.X) : a.Y.CompareTo(b.Y));
        double[] xs = [.. pairs.Select(static pair => pair.X)], ys = [.. pairs.Select(static pair => pair.Y)];
        long tiedBoth = 0, run = 1;
        for (var i = 1; i <= n; i++)
        {
            if (i < n && pairs[i] == pairs[i - 1]) run++;
            else (tiedBoth, run) = (tiedBoth + PairsOf(run), 1);
        }

        var discordant = SortCountingInversions(ys, new double[n]);
        var (tiedX, distinctX, momentsX) = Groups(xs);
        var (tiedY, distinctY, momentsY) = Groups(ys);
        return new KendallPairs
        {
            Count = n,
            All = PairsOf(n),
            TiedX = tiedX,
            TiedY = tiedY,
            TiedBoth = tiedBoth,
            Discordant = discordant,
            DistinctX = distinctX,
            DistinctY = distinctY,
            MomentsX = momentsX,
            MomentsY = momentsY,
        };
    }

    private static long PairsOf(long n) => n * (n - 1) / 2;

    private static (long Tied, int Distinct, (double Triples, double Weighted) Moments) Groups(double[] sorted)
    {
        var tied = 0L;
        var distinct = 0;
        double triples = 0, weighted = 0;
        for (var start = 0; start < sorted.Length; distinct++)
        {
            var end = start + 1;
            while (end < sorted.Length && sorted[end] == sorted[start]) end++;
            double t = end - start;
            tied += PairsOf(end - start);
            triples += t * (t - 1) * (t - 2);
            weighted += t * (t - 1) * (2 * t + 5);
            start = end;
        }

        return (tied, distinct, (triples, weighted));
    }

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
}
