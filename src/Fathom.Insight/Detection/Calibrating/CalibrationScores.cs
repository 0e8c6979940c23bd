using Fathom.Insight.Metrics;

namespace Fathom.Insight.Detection;

/// <summary>
/// The calibration scores of one detector, kept so that every new score gets a p-value. Beyond 100,000 every k-th from the largest
/// down is kept, which makes a p-value at most k / n too large, never too small. Immutable, safe for several threads.
/// </summary>
public sealed class CalibrationScores
{
    /// <summary>Most scores kept.</summary>
    public const int Most = 100_000;

    private readonly SortedDictionary<string, Conformal> _groups = new(StringComparer.Ordinal);

    /// <summary>Takes every score with its group; the group "" stands for none.</summary>
    internal CalibrationScores(IEnumerable<(string Group, double Score)> scores, int most = Most)
    {
        var groups = scores.GroupBy(static pair => pair.Group, static pair => pair.Score, StringComparer.Ordinal).ToDictionary(static group => group.Key, static group => group.ToArray(), StringComparer.Ordinal);
        Count = groups.Values.Sum(static group => group.Length);
        Step = Math.Max(1, (Count + most - 1) / most);
        foreach (var (name, values) in groups)
        {
            _groups.Add(name, new Conformal(values).Thin(Step));
        }
    }

    /// <summary>As read from a file.</summary>
    internal CalibrationScores(int step, IEnumerable<(string Group, int Count, double[] Kept)> groups)
    {
        Step = step;
        foreach (var (name, count, kept) in groups)
        {
            _groups.Add(name, new Conformal(kept, count, step));
            Count = checked(Count + count);
        }
    }

    /// <summary>Number of calibration samples.</summary>
    public int Count { get; }

    /// <summary>Names of the groups, in ordinal order; empty where the samples have none.</summary>
    public IReadOnlyList<string> Groups => [.. _groups.Keys.Where(static name => name.Length > 0)];

    /// <summary>Of how many scores one is kept.</summary>
    internal int Step { get; }

    /// <summary>Every group with its calibration, "" for samples without group.</summary>
    internal IReadOnlyDictionary<string, Conformal> ByGroup => _groups;

    /// <summary>Number of calibration samples of a group; 0 where there is none of that name.</summary>
    public int CountOf(string group) => _groups.TryGetValue(group, out var conformal) ? conformal.Count : 0;

    /// <summary>The scores that are kept, ascending.</summary>
    public double[] ToArray() => [.. _groups.Values.SelectMany(static conformal => conformal.Kept.ToArray()).Order()];

    /// <summary>(1 + calibration scores at least this one) / (n + 1), over all samples or over those of one group.</summary>
    /// <exception cref="FathomException">The score is NaN or infinite.</exception>
    public double PValue(double score, string? group = null) => group is not null && _groups.TryGetValue(group, out var conformal)
        ? conformal.PValue(score)
        : (1.0 + _groups.Values.Sum(own => (long)own.AtLeast(score))) / (Count + 1.0);
}
