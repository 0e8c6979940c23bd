namespace Fathom.Reports.Charts;

/// <summary>
/// Equal bins over the scores of several sets. Far outliers would squeeze everything else into one bar, so the range ends soon after
/// the 1st and 99th percentile where something lies much further out; scores beyond an end are counted in the bar at that end.
/// Positive scores with a long tail upwards (distances, perplexities) get bins of equal ratios.
/// </summary>
public sealed class ScoreBins
{
    private const int ClippingNeeds = 20;

    private ScoreBins(double low, double high, int count, bool logarithmic)
    {
        Low = low;
        High = high;
        Count = count;
        IsLogarithmic = logarithmic;
    }

    /// <summary>Lower end of the first bin.</summary>
    public double Low { get; }

    /// <summary>Upper end of the last bin.</summary>
    public double High { get; }

    /// <summary>Number of bins.</summary>
    public int Count { get; }

    /// <summary>Whether bins cover equal ratios instead of equal differences.</summary>
    public bool IsLogarithmic { get; }

    /// <summary>The axis the bins lie along.</summary>
    public Axis Axis(int ticks) => IsLogarithmic ? Charts.Axis.Logarithmic(Low, High, ticks) : Charts.Axis.Linear(Low, High, ticks);

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
            return new ScoreBins(0, 1, count, logarithmic: false);

        Array.Sort(scores);
        var logarithmic = IsLongTailed(scores) && !(include <= 0);
        var values = logarithmic ? Array.ConvertAll(scores, Math.Log) : scores;
        var (low, high) = Ends(values);
        if (double.IsFinite(include))
        {
            var place = logarithmic ? Math.Log(include) : include;
            (low, high) = (Math.Min(low, place), Math.Max(high, place));
        }

        (low, high) = Ticks.Range(low, high);
        return logarithmic
            ? new ScoreBins(Math.Exp(low), Math.Exp(high), count, logarithmic: true)
            : new ScoreBins(low, high, count, logarithmic: false);
    }

    /// <summary>Share of a set's finite scores in each bin; they add up to 1, or are all 0 when there is none.</summary>
    public double[] Shares(ScoreSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        var shares = new double[Count];
        var total = 0;
        var axis = Axis(3);
        foreach (var score in set.Scores.Where(double.IsFinite))
        {
            var place = axis.Map(score, 0, Count);
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

    private static bool IsLongTailed(double[] sorted)
    {
        if (sorted.Length < ClippingNeeds || sorted[0] <= 0)
            return false;
        var (low, middle, high) = (sorted[sorted.Length / 20], sorted[sorted.Length / 2], sorted[^((sorted.Length / 20) + 1)]);
        return high / low > 5 && high - middle > 2 * (middle - low);
    }

    private static (double Low, double High) Ends(double[] sorted)
    {
        var (low, high) = (sorted[0], sorted[^1]);
        if (sorted.Length < ClippingNeeds)
            return (low, high);
        var (first, last) = (sorted[sorted.Length / 100], sorted[^((sorted.Length / 100) + 1)]);
        var (lower, upper) = (sorted[sorted.Length / 20], sorted[^((sorted.Length / 20) + 1)]);
        var spread = upper - lower;
        if (spread > 0 && high - upper > 2 * spread)
            high = Math.Min(high, Math.Max(upper + (0.1 * spread), Math.Min(last, upper + spread)));
        if (spread > 0 && lower - low > 2 * spread)
            low = Math.Max(low, Math.Min(lower - (0.1 * spread), Math.Max(first, lower - spread)));
        return (low, high);
    }
}
