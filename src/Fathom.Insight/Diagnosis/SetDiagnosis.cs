using Fathom.Insight.Detection;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Diagnosis;

/// <summary>The diagnoses of one data set, filled from a stream of traces; keeps counts and curves, never the states.</summary>
public sealed class SetDiagnosis
{
    private readonly Pooling _trajectory;
    private readonly Pooling _embedding;

    /// <summary>An empty set.</summary>
    /// <param name="name">Name of the set.</param>
    /// <param name="vocabularySize">Size of the model's vocabulary.</param>
    /// <param name="trajectory">Pooling whose layers are followed; default output predictive.</param>
    /// <param name="embedding">Pooling whose last entry is the embedding of isotropy; default the last prompt token.</param>
    public SetDiagnosis(string name, int vocabularySize, Pooling trajectory = Pooling.OutputPredictive, Pooling embedding = Pooling.PromptLast)
    {
        Name = name;
        Collapse = new ModeCollapseCounter(vocabularySize);
        _trajectory = trajectory;
        _embedding = embedding;
    }

    /// <summary>Name of the set.</summary>
    public string Name { get; }

    /// <summary>How its trajectories settle.</summary>
    public EarlyStabilisation Stabilisation { get; } = new();

    /// <summary>How its outputs repeat themselves.</summary>
    public ModeCollapseCounter Collapse { get; }

    /// <summary>How its embeddings point; <see langword="null"/> before <see cref="MeasureIsotropy"/>.</summary>
    public Isotropy? Isotropy { get; private set; }

    /// <summary>Pooling modes the traces must have.</summary>
    public IReadOnlyList<Pooling> RequiredPoolings => [.. new[] { _trajectory, _embedding }.Distinct().Order()];

    /// <summary>Sees one sample.</summary>
    /// <exception cref="FathomException">It lacks states, or is of another model.</exception>
    public void Add(Trace trace)
    {
        Stabilisation.Add(Trajectory.Of(StatesOf(trace, _trajectory)));
        Collapse.Add(trace.OutputTokens);
    }

    /// <summary>Measures isotropy; reads the traces twice.</summary>
    /// <exception cref="FathomException">There is none, or one lacks states.</exception>
    public void MeasureIsotropy(IEnumerable<Trace> traces)
    {
        ArgumentNullException.ThrowIfNull(traces);
        Isotropy = Diagnosis.Isotropy.Of(traces.Select(trace =>
        {
            var states = StatesOf(trace, _embedding);
            return states[states.Entries - 1].ToArray();
        }));
    }

    /// <summary>The states whose endpoints are compared between sets.</summary>
    /// <exception cref="FathomException">They are missing.</exception>
    public PooledStates TrajectoryStates(Trace trace) => StatesOf(trace, _trajectory);

    private static PooledStates StatesOf(Trace trace, Pooling pooling)
    {
        ArgumentNullException.ThrowIfNull(trace);
        return trace.States.TryGetValue(pooling, out var states)
            ? states
            : throw new FathomException($"sample {trace.Index}: no hidden states pooled as {PoolingNames.NameOf(pooling)}; trace again with that pooling");
    }
}
