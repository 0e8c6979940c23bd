using System.Text.Json.Nodes;
using Fathom.Insight.Detection.Statistics;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

/// <summary>
/// A detector before it has seen data: immutable settings. <see cref="DetectorFitter"/> fits any number of definitions on one
/// stream of traces and gives a <see cref="FittedDetectorSet"/>.
/// </summary>
public abstract record DetectorDefinition
{
    private protected DetectorDefinition(string name) => Name = name;

    /// <summary>Key of the detector's scores in every file; unique in a set.</summary>
    public string Name { get; init; }

    /// <summary>Kind of detector, the key of its settings in a file.</summary>
    public abstract string Kind { get; }

    /// <summary>One sentence for people: what a high score means.</summary>
    public abstract string Description { get; }

    /// <summary>Pooling modes a trace must have.</summary>
    public virtual IReadOnlyList<Pooling> RequiredPoolings => [];

    /// <summary>Passes with dropout a trace must have; <see langword="null"/>: none.</summary>
    public virtual DropoutOptions? RequiredDropout => null;

    /// <summary>Whether a trace must have the logits of the class tokens.</summary>
    public virtual bool NeedsClassLogits => false;

    /// <summary>Whether every fit trace must have a label.</summary>
    public virtual bool NeedsLabels => false;

    /// <summary>Whether it can be fitted with calibration only (<see cref="DetectorFitter.FitCalibrated"/>).</summary>
    public virtual bool NeedsCalibration => false;

    /// <summary>Whether the score follows from more of the output than the distribution of its first token.</summary>
    public virtual bool LooksAtOutput => RequiredPoolings.Any(static pooling => pooling is Pooling.OutputPredictive or Pooling.OutputTokens or Pooling.ReferenceCode);

    /// <summary>Statistics of the fit samples.</summary>
    internal virtual IReadOnlyList<StatisticKey> RequiredStatistics => [];

    /// <summary>What a file keeps: those, and what calibration adds.</summary>
    internal virtual IReadOnlyList<StatisticKey> KeptStatistics => RequiredStatistics;

    /// <summary>Checks the settings against the model the traces are of.</summary>
    /// <exception cref="FathomException">A setting is out of range, or the model does not allow it.</exception>
    public virtual void Validate(TraceOrigin origin)
    {
        if (!DetectorRegistry.IsName(Name))
        {
            throw new FathomException($"detector name '{Name}': expected 1 to 64 of a-z, 0-9 and _");
        }
    }

    internal abstract FittedDetector Build(FitState state);

    internal abstract JsonObject Settings();
}
