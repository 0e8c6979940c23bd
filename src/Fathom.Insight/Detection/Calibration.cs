using Fathom.Insight.Detection.Statistics;
using Fathom.Insight.Metrics;
using Fathom.Models.Tracing;
using Fathom.Tensors;

namespace Fathom.Insight.Detection;

/// <summary>
/// In-distribution scores of samples the detectors were not fitted on, and what they give: the scale of combined detectors,
/// thresholds, p-values. The order of the samples does not matter.
/// </summary>
internal sealed class Calibration(FittedDetectorSet detectors)
{
    private readonly List<Row> _rows = [];
    private readonly Dictionary<(string Group, bool SecondHalf), SampleSetHash> _hashes = [];

    public int Count => _rows.Count;

    /// <summary>Scores one sample with detectors that have not seen it.</summary>
    /// <exception cref="FathomException">A detector cannot score it.</exception>
    public void Add(Trace trace, FittedDetectorSet unseen, string group)
    {
        var scores = unseen.ScoreParts(trace);
        var second = IsInSecondHalf(trace.Index);
        _rows.Add(new Row(group, second, scores));
        if (!_hashes.TryGetValue((group, second), out var hash)) _hashes.Add((group, second), hash = new SampleSetHash());
        hash.Add(trace);
    }

    /// <summary>The detectors with thresholds, the scores for p-values, and combined detectors on their scale.</summary>
    /// <exception cref="FathomException">There was no sample, or too few for a promise or a combination.</exception>
    public FittedDetectorSet Finish(CalibrationOptions options, CalibrationData data, string source)
    {
        if (Count == 0) throw new FathomException("thresholds: no calibration sample; expected at least one");
        if (options.Rule == ThresholdRule.Youden && data.OutOfDistribution is null) throw new FathomException("thresholds: the rule youden needs out-of-distribution samples (--ood FILE); without them take quantile or conformal");
        var set = detectors.WithReferences(References());
        var scores = new Dictionary<string, (string Group, double Score)[]>(StringComparer.Ordinal);
        for (var i = 0; i < set.Detectors.Count; i++)
        {
            scores.Add(set.Names[i], [.. ScoresOf(i, set.Detectors[i])]);
        }

        var ood = options.Rule == ThresholdRule.Youden ? OutOfDistributionScores.Of(set, data.OutOfDistribution!) : null;
        var thresholds = new Dictionary<string, Threshold>(StringComparer.Ordinal);
        var groups = new Dictionary<string, IReadOnlyDictionary<string, Threshold>>(StringComparer.Ordinal);
        foreach (var detector in set.Detectors)
        {
            var halved = detector is FittedCombined;
            var own = scores[detector.Name];
            thresholds.Add(detector.Name, ThresholdOf(detector.Name, [.. own.Select(static pair => pair.Score)], Hash(halved, group: null), ood));
            var byGroup = own.Where(static pair => pair.Group.Length > 0).GroupBy(static pair => pair.Group, static pair => pair.Score, StringComparer.Ordinal)
                .Where(group => options.Rule != ThresholdRule.Conformal || (group.Count() + 1) * (1 - options.Level) * (1 + 1e-12) >= 1)
                .ToDictionary(static group => group.Key, group => ThresholdOf(detector.Name, [.. group], Hash(halved, group.Key), ood), StringComparer.Ordinal);
            if (byGroup.Count > 0) groups.Add(detector.Name, byGroup);
        }

        return set.With(set.Parts with
        {
            Thresholds = thresholds,
            GroupThresholds = groups,
            GroupField = data.GroupField,
            Scores = scores.ToDictionary(static pair => pair.Key, static pair => new CalibrationScores(pair.Value), StringComparer.Ordinal),
        });

        Threshold ThresholdOf(string name, double[] own, SampleSetHash hash, OutOfDistributionScores? other)
        {
            try
            {
                var value = options.Rule switch
                {
                    ThresholdRule.Conformal => new Conformal(own).Threshold(1 - options.Level),
                    ThresholdRule.Youden => ThresholdMetrics.YoudenThreshold(own, other!.Scores[name]),
                    _ => Scores.Quantile(own, options.Level),
                };
                return new Threshold
                {
                    Value = value,
                    Rule = SettingsReader.Word(options.Rule),
                    Level = options.Rule == ThresholdRule.Youden ? own.Count(score => score <= value) / (double)own.Length : options.Level,
                    Source = source,
                    CalibrationCount = own.Length,
                    CalibrationHash = hash.ToString(),
                    CalibrationSha256 = data.Sha256,
                    OodCount = other?.Hash.Count ?? 0,
                    OodHash = other?.Hash.ToString() ?? "",
                    OodSha256 = other is null ? "" : data.OutOfDistributionSha256,
                };
            }
            catch (FathomException failure)
            {
                throw new FathomException($"detector '{name}': {failure.Message}", failure);
            }
        }
    }

    // Neighbours in the data go to different halves, which of the two by chance: halves of equal size whose members do not depend on the order.
    private static bool IsInSecondHalf(int index)
    {
        var mixed = CounterRandom.Philox(((uint)index >> 1, 0, 0, 0), (0x68616C66, 0));
        return ((mixed.A ^ (uint)index) & 1) != 0;
    }

    private Dictionary<StatisticKey, Statistic> References()
    {
        var references = new Dictionary<StatisticKey, Statistic>();
        for (var i = 0; i < detectors.Detectors.Count; i++)
        {
            if (detectors.Detectors[i].Definition is not CombinedDetector combined) continue;
            var place = i;
            var first = _rows.Where(static row => !row.SecondHalf).Select(row => row.Scores.Members[place]!).ToArray();
            if (first.Length == 0 || first.Length == _rows.Count) throw new FathomException($"detector '{combined.Name}': {_rows.Count} calibration samples cannot be halved; give more in-distribution samples (100 or more are sensible)");
            references.Add(combined.ReferencesKey, MemberReferences.Of(first, combined.Members.Count));
        }

        return references;
    }

    private IEnumerable<(string Group, double Score)> ScoresOf(int place, FittedDetector detector) => detector is FittedCombined combined
        ? _rows.Where(static row => row.SecondHalf).Select(row => (row.Group, combined.Combine(row.Scores.Members[place]!)))
        : _rows.Select(row => (row.Group, row.Scores.Values[place]));

    private SampleSetHash Hash(bool secondHalfOnly, string? group)
    {
        var sum = new SampleSetHash();
        foreach (var (key, hash) in _hashes)
        {
            if ((group is null || key.Group == group) && (key.SecondHalf || !secondHalfOnly)) sum.MergeWith(hash);
        }

        return sum;
    }

    private sealed record Row(string Group, bool SecondHalf, ScoreParts Scores);
}
