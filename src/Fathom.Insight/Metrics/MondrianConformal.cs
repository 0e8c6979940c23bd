namespace Fathom.Insight.Metrics;

/// <summary>
/// Conformal calibration apart for every group (Mondrian): the promise of <see cref="Conformal"/> holds within each of them, so that
/// no group pays for another's false alarms. Groups are known beforehand, for instance the language or the length class of an input.
/// </summary>
public sealed class MondrianConformal
{
    private readonly SortedDictionary<string, Conformal> _groups = new(StringComparer.Ordinal);

    /// <summary>Takes the calibration scores with their groups.</summary>
    /// <exception cref="FathomException">A score is NaN or infinite.</exception>
    public MondrianConformal(IEnumerable<(string Group, double Score)> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        foreach (var group in scores.GroupBy(static pair => pair.Group, static pair => pair.Score, StringComparer.Ordinal))
        {
            _groups.Add(group.Key, new Conformal([.. group]));
        }
    }

    /// <summary>Names of the groups, in ordinal order.</summary>
    public IReadOnlyCollection<string> Groups => _groups.Keys;

    /// <summary>The calibration of one group.</summary>
    /// <exception cref="FathomException">No calibration sample was of that group; the message lists the groups there are.</exception>
    public Conformal this[string group] => _groups.TryGetValue(group, out var conformal)
        ? conformal
        : throw new FathomException($"conformal calibration: no sample of group '{group}'; there are {string.Join(", ", _groups.Keys)}");
}
