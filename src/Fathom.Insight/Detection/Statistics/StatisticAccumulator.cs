using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection.Statistics;

/// <summary>Sees every fit trace once; two of them over parts of the data merge into one over all of it.</summary>
internal abstract class StatisticAccumulator
{
    public abstract void Add(Trace trace);

    /// <summary>Takes in what another accumulator of the same key has seen.</summary>
    public abstract void MergeWith(StatisticAccumulator other);

    /// <summary>The statistic of a key whose source this is.</summary>
    public abstract Statistic ToStatistic(StatisticKey key);

    /// <summary>Writes what was seen, for another process to merge.</summary>
    public abstract void Write(string name, TensorBag tensors);

    /// <summary>Takes what another process wrote; only for an accumulator that has seen nothing.</summary>
    /// <exception cref="FathomException">The tensors are of another shape, or not finite.</exception>
    public abstract void Read(string name, TensorBag tensors);
}
