using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

/// <summary>In-distribution scores of samples the detectors were not fitted on, and the thresholds they give.</summary>
public sealed class Calibration
{
    private readonly Dictionary<string, List<double>> _scores;
    private readonly SampleSetHash _hash = new();

    /// <summary>Starts empty, for detectors of these names.</summary>
    public Calibration(IEnumerable<string> detectors) =>
        _scores = detectors.ToDictionary(static name => name, static _ => new List<double>(), StringComparer.Ordinal);

    /// <summary>Number of samples.</summary>
    public int Count => _hash.Count;

    /// <summary>Scores one sample with detectors that have not seen it.</summary>
    /// <exception cref="FathomException">A detector cannot score it.</exception>
    public void Add(Trace trace, FittedDetectorSet detectors)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(detectors);
        foreach (var (name, score) in detectors.Score(trace))
        {
            _scores[name].Add(score);
        }

        _hash.Add(trace);
    }

    /// <summary>The scores of one detector so far.</summary>
    public IReadOnlyList<double> Scores(string detector) => _scores[detector];

    /// <summary>Every detector's threshold.</summary>
    /// <param name="level">Quantile, between 0 and 1.</param>
    /// <param name="source">Where the samples came from: <c>cross_fit</c> or <c>held_out</c>.</param>
    /// <param name="rule">How the threshold is read from the scores.</param>
    /// <exception cref="FathomException">There was no sample, or too few for a conformal promise.</exception>
    public IReadOnlyDictionary<string, Threshold> Thresholds(double level, string source, ThresholdRule rule = ThresholdRule.Quantile)
    {
        if (Count == 0) throw new FathomException("thresholds: no calibration sample; expected at least one");
        return _scores.ToDictionary(
            static pair => pair.Key,
            pair => new Threshold
            {
                Value = rule == ThresholdRule.Conformal ? new Metrics.Conformal(pair.Value.ToArray()).Threshold(1 - level) : Metrics.Scores.Quantile(pair.Value.ToArray(), level),
                Rule = SettingsReader.Word(rule),
                Level = level,
                Source = source,
                CalibrationCount = Count,
                CalibrationHash = _hash.ToString(),
            },
            StringComparer.Ordinal);
    }
}
