namespace Fathom.Insight.Detection.Statistics;

/// <summary>
/// Names one statistic of the fit traces. Detectors say which they need; equal keys are computed, kept and saved once for all.
/// </summary>
internal abstract record StatisticKey
{
    /// <summary>Unique name, the first part of its tensors' names in a file.</summary>
    public abstract string Name { get; }

    /// <summary>Bytes one accumulator takes, where that may be too many; 0 where it is never much.</summary>
    public virtual long Bytes(TraceOrigin origin) => 0;

    /// <summary>Keys of the same source are made from one accumulator.</summary>
    public virtual StatisticKey Source => this;

    /// <summary>Starts an empty accumulator for traces of this origin.</summary>
    public abstract StatisticAccumulator CreateAccumulator(TraceOrigin origin);

    /// <summary>Reads the statistic back, checking shapes and values.</summary>
    public abstract Statistic Read(TensorBag tensors, TraceOrigin origin, int fitCount);
}
