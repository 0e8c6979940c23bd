namespace Fathom.Reports.Charts;

/// <summary>
/// Equal bins over the scores of several sets. Far outliers would squeeze everything else into one bar, so the range ends soon after
/// the 1st and 99th percentile where something lies much further out; scores beyond an end are counted in the bar at that end.
/// </summary>
public sealed class ScoreBins
{
    private const int ClippingNeeds = 20;

    private ScoreBins(double low, double high, int count)
    {
        Low = low;
        High = high;
        Count = count;
    }

    /// <summary>Lower end of the first bin.</summary>
    public double Low { get; }

    /// <summary>Upper end of the last bin.</summary>
    public double High { get; }

    /// <summary>Number of bins.</summary>
    public int Count { get; }

    /// <summary>Bins that suit all sets together.</summary>
    /// <param name="sets">The sets that share an axis.</param>
    /// <param name="count">Number of bins, at least 1.</param>
    /// <param name="include">A value that must lie inside, such as a threshold; ignored when not finite.</param>
    public static ScoreBins For(IEnumerable<ScoreSet> sets, int count, double include = double.NaN)
    {
        ArgumentNullException.ThrowIfNull(sets);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var scores = sets.SelectMany(set => set.Scores).Where(double.IsFinite).ToArray();
        if (scores.Length == 0)
            return new ScoreBins(0, 1, count);

        Array.Sort(scores);
        var (low, high) = (scores[0], scores[^1]);
        if (scores.Length >= ClippingNeeds)
        {
            var (first, last) = (scores[scores.Length / 100], scores[scores.Length - 1 - (scores.Length / 100)]);
            var (lower, upper) = (scores[scores.Length / 20], scores[scores.Length - 1 - (scores.Length / 20)]);
            var spread = upper - lower;
            if (spread > 0 && high - upper > 2 * spread)
                high = Math.Min(high, Math.Max(upper + (0.1 * spread), Math.Min(last, upper + spread)));
            if (spread > 0 && lower - low > 2 * spread)
                low = Math.Max(low, Math.Min(lower - (0.1 * spread), Math.Max(first, lower - spread)));
        }

        if (double.IsFinite(include))
            (low, high) = (Math.Min(low, include), Math.Max(high, include));
        (low, high) = Ticks.Range(low, high);
        return new ScoreBins(low, high, count);
    }

    /// <summary>Share of a set's finite scores in each bin; they add up to 1, or are all 0 when there is none.</summary>
    public double[] Shares(ScoreSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        var shares = new double[Count];
        var total = 0;
        foreach (var score in set.Scores.Where(double.IsFinite))
        {
            var place = ((score / 2) - (Low / 2)) / ((High / 2) - (Low / 2)) * Count;
            shares[(int)Math.Clamp(Math.Floor(place), 0, Count - 1)]++;
            total++;
        }

        for (var i = 0; i < Count && total > 0; i++)
            shares[i] /= total;
        return shares;
    }

    /// <summary>Scores below and above the range, and scores that are not finite numbers.</summary>
    public (int Below, int Above, int NotFinite) Outside(IEnumerable<ScoreSet> sets)
    {
        ArgumentNullException.ThrowIfNull(sets);
        int below = 0, above = 0, odd = 0;
        foreach (var score in sets.SelectMany(set => set.Scores))
        {
            if (!double.IsFinite(score))
                odd++;
            else if (score < Low)
                below++;
            else if (score > High)
                above++;
        }

        return (below, above, odd);
    }
}
