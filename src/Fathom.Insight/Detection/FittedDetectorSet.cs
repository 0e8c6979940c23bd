using Fathom.Insight.Detection.Statistics;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

/// <summary>
/// Detectors fitted on the same samples, with their thresholds: the content of one <c>.fathom</c> file. Immutable, safe for several
/// threads.
/// </summary>
public sealed partial class FittedDetectorSet
{
    private readonly FitState _state;
    private readonly Dictionary<string, FittedDetector> _byName;

    // For every combined detector, where in the set each of its members is; -1 for members of its own.
    private readonly int[]?[] _members;

    internal FittedDetectorSet(FitState state, string fitHash, IReadOnlyList<FittedDetector> detectors, GuardParts? parts = null)
    {
        _state = state;
        FitHash = fitHash;
        Detectors = detectors;
        Parts = parts ?? GuardParts.None;
        _byName = detectors.ToDictionary(static detector => detector.Name, StringComparer.Ordinal);
        _members = [.. detectors.Select(detector => detector is FittedCombined combined ? combined.Members.Select(member => PlaceOf(member.Definition)).ToArray() : null)];
        foreach (var (name, threshold) in Parts.Thresholds.Concat(Parts.GroupThresholds.SelectMany(static pair => pair.Value.Values.Select(threshold => KeyValuePair.Create(pair.Key, threshold)))))
        {
            if (!_byName.ContainsKey(name)) throw new FathomException($"threshold for detector '{name}', which is not in the set");
            threshold.Validate(name);
        }

        if (Parts.Lead is { } lead && !_byName.ContainsKey(lead.Detector)) throw new FathomException($"detector '{lead.Detector}' was not fitted, so it cannot lead; there are {string.Join(", ", Names)}");
    }

    /// <summary>How the fit traces were made, and traces to score must be made.</summary>
    public TraceOrigin Origin => _state.Origin;

    /// <summary>Number of fit samples.</summary>
    public int FitCount => _state.FitCount;

    /// <summary>Fingerprint of the fit samples (<see cref="SampleSetHash"/>).</summary>
    public string FitHash { get; }

    /// <summary>The detectors, in the order they were asked for.</summary>
    public IReadOnlyList<FittedDetector> Detectors { get; }

    /// <summary>Their names.</summary>
    public IReadOnlyList<string> Names => [.. Detectors.Select(static detector => detector.Name)];

    /// <summary>Pooling modes a trace must have.</summary>
    public IReadOnlyList<Pooling> RequiredPoolings => [.. Detectors.SelectMany(static detector => detector.Definition.RequiredPoolings).Distinct().Order()];

    /// <summary>Passes with dropout a trace must have; <see langword="null"/>: none.</summary>
    public DropoutOptions? RequiredDropout => DropoutNeeds.Of(Detectors.Select(static detector => detector.Definition));

    /// <summary>Whether a trace must have the logits of the class tokens that <see cref="TraceOrigin.ClassTokens"/> names.</summary>
    public bool NeedsClassLogits => Detectors.Any(static detector => detector.Definition.NeedsClassLogits);

    internal GuardParts Parts { get; }

    /// <summary>The detector of this name.</summary>
    /// <exception cref="FathomException">There is none; the message lists those there are.</exception>
    public FittedDetector this[string name] => _byName.TryGetValue(name, out var detector)
        ? detector
        : throw new FathomException($"detector '{name}' was not fitted; there are {string.Join(", ", Names)}");

    /// <summary>Every detector's score of one sample, in the order of <see cref="Detectors"/>; higher = more out of distribution.</summary>
    /// <exception cref="FathomException">A detector cannot score it; the message names the sample.</exception>
    public IReadOnlyList<KeyValuePair<string, double>> Score(Trace trace) => Named(trace, ScoreParts(trace));

    /// <summary>The same for a sample the detectors were fitted on, which those that keep their fit samples leave out (<see cref="FittedDetector.ScoreWithoutItself"/>).</summary>
    /// <exception cref="FathomException">A detector cannot score it; the message names the sample.</exception>
    public IReadOnlyList<KeyValuePair<string, double>> ScoreWithoutItself(Trace trace) => Named(trace, ScoreParts(trace, withoutItself: true));

    /// <summary>Scores before combined detectors have a scale; what a member and a detector of the set share is computed once.</summary>
    internal ScoreParts ScoreParts(Trace trace, bool withoutItself = false)
    {
        var values = new double[Detectors.Count];
        var members = new double[Detectors.Count][];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Detectors[i] is FittedCombined ? double.NaN : Of(Detectors[i]);
        }

        for (var i = 0; i < values.Length; i++)
        {
            if (Detectors[i] is FittedCombined combined) members[i] = [.. combined.Members.Select((member, m) => _members[i]![m] is >= 0 and var place ? values[place] : Of(member))];
        }

        return new ScoreParts(values, members);

        double Of(FittedDetector detector) => withoutItself ? detector.ScoreWithoutItself(trace) : detector.Score(trace);
    }

    /// <summary>The same detectors with what calibration made for combined ones.</summary>
    internal FittedDetectorSet WithReferences(IReadOnlyDictionary<StatisticKey, Statistic> references)
    {
        if (references.Count == 0) return this;
        var state = _state with { Statistics = _state.Statistics.Concat(references).ToDictionary() };
        return new FittedDetectorSet(state, FitHash, [.. Detectors.Select(detector => detector.Definition.NeedsCalibration ? detector.Definition.Build(state) : detector)], Parts);
    }

    internal FittedDetectorSet With(GuardParts parts) => new(_state, FitHash, Detectors, parts);

    private KeyValuePair<string, double>[] Named(Trace trace, ScoreParts scores) =>
    [
        .. Detectors.Select((detector, i) => KeyValuePair.Create(
            detector.Name,
            detector is FittedCombined combined ? TraceChecks.EnsureScore(trace, detector.Name, combined.Combine(scores.Members[i]!)) : scores.Values[i])),
    ];

    private int PlaceOf(DetectorDefinition definition)
    {
        for (var i = 0; i < Detectors.Count; i++)
        {
            if (Detectors[i].Definition.Equals(definition)) return i;
        }

        return -1;
    }
}
