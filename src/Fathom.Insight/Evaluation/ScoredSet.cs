using Fathom.Insight.Detection;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Evaluation;

/// <summary>
/// The scores of one data set: filled from a stream of traces, it keeps a number per detector and sample and layer curves, never
/// hidden states. Not for several threads at once.
/// </summary>
public sealed class ScoredSet
{
    private readonly FittedDetectorSet _detectors;
    private readonly FittedTv? _volatility;
    private readonly Dictionary<string, List<double>> _scores;
    private readonly List<double> _promptTokens = [];
    private readonly List<bool> _correct = [];
    private readonly LayerCurveAccumulator _steps = new();
    private readonly LayerCurveAccumulator _distances = new();

    /// <summary>An empty set, to be scored by these detectors.</summary>
    public ScoredSet(string name, FittedDetectorSet detectors)
    {
        ArgumentNullException.ThrowIfNull(detectors);
        Name = name;
        _detectors = detectors;
        _scores = detectors.Names.ToDictionary(static detector => detector, static _ => new List<double>(), StringComparer.Ordinal);
        _volatility = detectors.Detectors.OfType<FittedTv>().OrderBy(static tv => tv.Options.Order).FirstOrDefault();
    }

    /// <summary>Name of the set.</summary>
    public string Name { get; }

    /// <summary>Number of samples.</summary>
    public int Count => _promptTokens.Count;

    /// <summary>Names of the detectors.</summary>
    public IReadOnlyList<string> Detectors => _detectors.Names;

    /// <summary>Number of prompt tokens of every sample.</summary>
    public double[] PromptTokens => [.. _promptTokens];

    /// <summary>Whether the output of every sample is right, in the order of the samples; <see langword="null"/> where that is not known of each.</summary>
    public bool[]? Correct => _correct.Count == Count && Count > 0 ? [.. _correct] : null;

    /// <summary>Layer curves so far.</summary>
    public SetTrajectories Trajectories => new(Name, _steps.Finish(), _distances.Finish());

    /// <summary>Scores of one detector, in the order of the samples; higher = more out of distribution.</summary>
    public double[] Scores(string detector) => [.. _scores[detector]];

    /// <summary>Scores one sample and gives its scores.</summary>
    /// <param name="trace">The sample.</param>
    /// <param name="correct">Whether its output is right, where that is known (<see cref="BinaryMatch"/>).</param>
    /// <exception cref="FathomException">A detector cannot score it; the message names the sample.</exception>
    public IReadOnlyList<KeyValuePair<string, double>> Add(Trace trace, bool? correct = null)
    {
        ArgumentNullException.ThrowIfNull(trace);
        if (correct is { } right) _correct.Add(right);
        return Keep(trace, _detectors.Score(trace));
    }

    /// <summary>
    /// Scores a sample the detectors were fitted on as if they had not seen it, where they keep their fit samples
    /// (<see cref="FittedDetector.ScoreWithoutItself"/>): so that the fit-versus-test control says something of <c>cosine</c> and <c>knn</c> too.
    /// </summary>
    /// <exception cref="FathomException">A detector cannot score it; the message names the sample.</exception>
    public IReadOnlyList<KeyValuePair<string, double>> AddFitSample(Trace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        return Keep(trace, _detectors.ScoreWithoutItself(trace));
    }

    private IReadOnlyList<KeyValuePair<string, double>> Keep(Trace trace, IReadOnlyList<KeyValuePair<string, double>> scores)
    {
        foreach (var (detector, score) in scores)
        {
            _scores[detector].Add(score);
        }

        _promptTokens.Add(trace.PromptTokens.Length);
        if (_volatility is not null)
        {
            _steps.Add(1, Trajectory.Of(trace.States[_volatility.Options.Pooling]).StepLengths());
            var parts = _volatility.Volatility(trace);
            _distances.Add(parts.FirstLayer, [.. parts.Distances]);
        }

        return scores;
    }

    /// <summary>Scores a stream.</summary>
    /// <param name="name">Name of the set.</param>
    /// <param name="detectors">The detectors.</param>
    /// <param name="traces">The samples.</param>
    /// <param name="fitSamples">Whether they are those the detectors were fitted on (<see cref="AddFitSample"/>).</param>
    /// <exception cref="FathomException">As for <see cref="Add"/>.</exception>
    public static ScoredSet Of(string name, FittedDetectorSet detectors, IEnumerable<Trace> traces, bool fitSamples = false)
    {
        ArgumentNullException.ThrowIfNull(traces);
        var set = new ScoredSet(name, detectors);
        foreach (var trace in traces)
        {
            _ = fitSamples ? set.AddFitSample(trace) : set.Add(trace);
        }

        return set;
    }
}
