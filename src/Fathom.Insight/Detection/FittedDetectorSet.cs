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
    private readonly Dictionary<string, Threshold> _thresholds;

    internal FittedDetectorSet(FitState state, string fitHash, IReadOnlyList<FittedDetector> detectors, IReadOnlyDictionary<string, Threshold> thresholds)
    {
        _state = state;
        FitHash = fitHash;
        Detectors = detectors;
        _byName = detectors.ToDictionary(static detector => detector.Name, StringComparer.Ordinal);
        _thresholds = new Dictionary<string, Threshold>(thresholds, StringComparer.Ordinal);
        foreach (var (name, threshold) in _thresholds)
        {
            if (!_byName.ContainsKey(name)) throw new FathomException($"threshold for detector '{name}', which is not in the set");
            threshold.Validate(name);
        }
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

    /// <summary>Thresholds by detector; empty when none were calibrated.</summary>
    public IReadOnlyDictionary<string, Threshold> Thresholds => _thresholds;

    /// <summary>Pooling modes a trace must have.</summary>
    public IReadOnlyList<Pooling> RequiredPoolings => [.. Detectors.SelectMany(static detector => detector.Definition.RequiredPoolings).Distinct().Order()];

    /// <summary>Passes with dropout a trace must have; <see langword="null"/>: none.</summary>
    public DropoutOptions? RequiredDropout => DropoutNeeds.Of(Detectors.Select(static detector => detector.Definition));

    /// <summary>Whether a trace must have the logits of the class tokens that <see cref="TraceOrigin.ClassTokens"/> names.</summary>
    public bool NeedsClassLogits => Detectors.Any(static detector => detector.Definition.NeedsClassLogits);

    /// <summary>The detector of this name.</summary>
    /// <exception cref="FathomException">There is none; the message lists those there are.</exception>
    public FittedDetector this[string name] => _byName.TryGetValue(name, out var detector)
        ? detector
        : throw new FathomException($"detector '{name}' was not fitted; there are {string.Join(", ", Names)}");

    /// <summary>Every detector's score of one sample, in the order of <see cref="Detectors"/>; higher = more out of distribution.</summary>
    /// <exception cref="FathomException">A detector cannot score it; the message names the sample.</exception>
    public IReadOnlyList<KeyValuePair<string, double>> Score(Trace trace)
    {
        var scores = new KeyValuePair<string, double>[Detectors.Count];
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] = new KeyValuePair<string, double>(Detectors[i].Name, Detectors[i].Score(trace));
        }

        return scores;
    }

    /// <summary>The same for a sample the detectors were fitted on, which those that keep their fit samples leave out (<see cref="FittedDetector.ScoreWithoutItself"/>).</summary>
    /// <exception cref="FathomException">A detector cannot score it; the message names the sample.</exception>
    public IReadOnlyList<KeyValuePair<string, double>> ScoreWithoutItself(Trace trace) =>
        [.. Detectors.Select(detector => new KeyValuePair<string, double>(detector.Name, detector.ScoreWithoutItself(trace)))];

    /// <summary>Whether a score of this detector lies above its threshold.</summary>
    /// <exception cref="FathomException">The detector has no threshold.</exception>
    public bool IsOutside(string name, double score) => _thresholds.TryGetValue(this[name].Name, out var threshold)
        ? score > threshold.Value
        : throw new FathomException($"detector '{name}' has no threshold: fit it with calibration");

    /// <summary>The same detectors with these thresholds.</summary>
    /// <exception cref="FathomException">A threshold is for a detector that is not in the set, or not finite.</exception>
    public FittedDetectorSet WithThresholds(IReadOnlyDictionary<string, Threshold> thresholds) => new(_state, FitHash, Detectors, thresholds);

    /// <summary>Refuses another model than the one the detectors were fitted on.</summary>
    /// <exception cref="FathomException">The fingerprints differ.</exception>
    public void EnsureModel(string fingerprint, string? name = null)
    {
        if (!string.Equals(fingerprint, Origin.ModelFingerprint, StringComparison.Ordinal))
        {
            throw new FathomException($"the detectors were fitted on model {Describe(Origin.ModelName, Origin.ModelFingerprint)}, not on {Describe(name ?? "", fingerprint)}: use that model, or fit again");
        }
    }

    /// <summary>Refuses traces made otherwise than the fit traces: another model, tokenizer, template or length of output.</summary>
    /// <exception cref="FathomException">Something differs; the message names it with both values.</exception>
    public void EnsureOrigin(TraceOrigin origin)
    {
        ArgumentNullException.ThrowIfNull(origin);
        EnsureModel(origin.ModelFingerprint, origin.ModelName);
        Same("layers", Origin.Layers, origin.Layers);
        Same("width", Origin.Width, origin.Width);
        Same("tokenizer", Origin.TokenizerFingerprint, origin.TokenizerFingerprint);
        Same("template", Origin.Template, origin.Template);
        Same("class_tokens", Origin.ClassTokens, origin.ClassTokens);
        Same("max_new_tokens", Origin.MaxNewTokens, origin.MaxNewTokens);
        Same("max_pool", Origin.MaxPool, origin.MaxPool);
    }

    private static void Same<T>(string what, T fitted, T given)
    {
        if (!EqualityComparer<T>.Default.Equals(fitted, given))
        {
            throw new FathomException($"the detectors were fitted with {what} {Quote(fitted)}, not {Quote(given)}: use the same, or fit again");
        }
    }

    private static string Quote<T>(T value) => value is string text ? $"'{text.ReplaceLineEndings("\\n")}'" : $"{value}";

    private static string Describe(string name, string fingerprint) =>
        name.Length == 0 ? fingerprint[..Math.Min(16, fingerprint.Length)] : $"'{name}' ({fingerprint[..Math.Min(16, fingerprint.Length)]})";
}
