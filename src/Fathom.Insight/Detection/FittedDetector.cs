using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

/// <summary>A detector that has seen its in-distribution data. Immutable, safe for several threads.</summary>
public abstract class FittedDetector
{
    private protected FittedDetector(DetectorDefinition definition, FitState state)
    {
        Definition = definition;
        Origin = state.Origin;
        FitCount = state.FitCount;
    }

    /// <summary>Name of the detector.</summary>
    public string Name => Definition.Name;

    /// <summary>Its settings.</summary>
    public DetectorDefinition Definition { get; }

    /// <summary>How the fit traces were made.</summary>
    public TraceOrigin Origin { get; }

    /// <summary>Number of fit samples.</summary>
    public int FitCount { get; }

    /// <summary>The score of one sample: higher = more out of distribution, always finite.</summary>
    /// <exception cref="FathomException">The trace lacks what the detector needs, holds NaN, or is of another model.</exception>
    public double Score(Trace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        return TraceChecks.EnsureScore(trace, Name, Compute(trace));
    }

    /// <summary>The score and what it is made of.</summary>
    /// <exception cref="FathomException">As for <see cref="Score(Trace)"/>.</exception>
    public Explanation Explain(Trace trace)
    {
        var score = Score(trace);
        var (meaning, contributions) = Parts(trace);
        return new Explanation(Name, score, meaning, contributions);
    }

    /// <summary>
    /// The score of a sample the detector was fitted on, as if it had not been: where the detector keeps its fit samples, this one is
    /// left out. The same as <see cref="Score(Trace)"/> for every other sample, and for detectors that keep none.
    /// </summary>
    /// <exception cref="FathomException">As for <see cref="Score(Trace)"/>; or it was fitted on this sample alone.</exception>
    public double ScoreWithoutItself(Trace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        return TraceChecks.EnsureScore(trace, Name, ComputeWithoutItself(trace));
    }

    /// <summary>The scores of many samples, in their order: the same bits as one by one, and for some detectors much faster.</summary>
    /// <exception cref="FathomException">As for <see cref="Score(Trace)"/>.</exception>
    public double[] Score(IReadOnlyList<Trace> traces)
    {
        ArgumentNullException.ThrowIfNull(traces);
        var scores = traces.Count == 1 ? [Compute(traces[0])] : ComputeMany(traces);
        for (var i = 0; i < scores.Length; i++) _ = TraceChecks.EnsureScore(traces[i], Name, scores[i]);
        return scores;
    }

    /// <summary>The last entries of samples, one after another <c>[count, width]</c>.</summary>
    private protected float[] LastStates(IReadOnlyList<Trace> traces, Pooling pooling)
    {
        var last = Origin.Entries - 1;
        var states = new float[checked(traces.Count * Origin.Width)];
        for (var i = 0; i < traces.Count; i++)
        {
            TraceChecks.States(traces[i], pooling, Origin, last)[last].CopyTo(states.AsSpan(i * Origin.Width));
        }

        return states;
    }

    private protected abstract double Compute(Trace trace);

    private protected virtual double[] ComputeMany(IReadOnlyList<Trace> traces) => [.. traces.Select(Compute)];

    private protected virtual double ComputeWithoutItself(Trace trace) => Compute(trace);

    private protected abstract (string Meaning, IReadOnlyList<Contribution> Contributions) Parts(Trace trace);
}
