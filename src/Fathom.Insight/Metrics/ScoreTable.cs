namespace Fathom.Insight.Metrics;

/// <summary>
/// The scores of two classes, grouped by distinct value in descending order. Every ranking metric is a function of this table, so
/// that ties enter together everywhere and a resample is only another pair of counts. Higher score = more positive.
/// </summary>
public sealed partial class ScoreTable
{
    private readonly double[] _values;
    private readonly int[] _positives;
    private readonly int[] _negatives;

    internal ScoreTable(double[] values, int[] positives, int[] negatives)
    {
        _values = values;
        _positives = positives;
        _negatives = negatives;
        PositiveCount = Sum(positives);
        NegativeCount = Sum(negatives);
    }

    /// <summary>Number of positive samples.</summary>
    public int PositiveCount { get; }

    /// <summary>Number of negative samples.</summary>
    public int NegativeCount { get; }

    /// <summary>The distinct scores, descending.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>How many positives have each of <see cref="Values"/>.</summary>
    public ReadOnlySpan<int> Positives => _positives;

    /// <summary>How many negatives have each of <see cref="Values"/>.</summary>
    public ReadOnlySpan<int> Negatives => _negatives;

    /// <summary>Groups the scores of the two classes; either may be empty.</summary>
    /// <exception cref="FathomException">A score is NaN or infinite; the message names class and place.</exception>
    public static ScoreTable Create(ReadOnlySpan<double> positives, ReadOnlySpan<double> negatives, string positiveName = "positive", string negativeName = "negative")
    {
        Scores.EnsureFinite(positives, positiveName);
        Scores.EnsureFinite(negatives, negativeName);
        var all = new double[positives.Length + negatives.Length];
        var isPositive = new bool[all.Length];
        positives.CopyTo(all);
        negatives.CopyTo(all.AsSpan(positives.Length));
        isPositive.AsSpan(0, positives.Length).Fill(true);
        Array.Sort(all, isPositive);

        var values = new List<double>();
        var positiveCounts = new List<int>();
        var negativeCounts = new List<int>();
        for (var i = all.Length - 1; i >= 0; i--)
        {
            if (values.Count == 0 || values[^1] != all[i])
            {
                values.Add(all[i]);
                positiveCounts.Add(0);
                negativeCounts.Add(0);
            }

            if (isPositive[i])
            {
                positiveCounts[^1]++;
            }
            else
            {
                negativeCounts[^1]++;
            }
        }

        return new ScoreTable([.. values], [.. positiveCounts], [.. negativeCounts]);
    }

    /// <summary>The same samples with every score negated and the classes swapped: what was negative becomes positive.</summary>
    public ScoreTable Swapped()
    {
        var values = new double[_values.Length];
        var positives = new int[values.Length];
        var negatives = new int[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = -_values[values.Length - 1 - i];
            positives[i] = _negatives[values.Length - 1 - i];
            negatives[i] = _positives[values.Length - 1 - i];
        }

        return new ScoreTable(values, positives, negatives);
    }

    private static int Sum(int[] counts)
    {
        var sum = 0;
        foreach (var count in counts)
        {
            sum = checked(sum + count);
        }

        return sum;
    }
}
