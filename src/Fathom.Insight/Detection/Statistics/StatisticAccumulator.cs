using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection.Statistics;

/// <summary>Sees every fit trace once; two of them over parts of the data merge into one over all of it.</summary>
internal abstract class StatisticAccumulator
{
    public abstract void Add(Trace trace);

    /// <summary>Takes in what another accumulator of the same key has seen.</summary>
    public abstract void MergeWith(StatisticAccumulator other);

    public abstract Statistic ToStatistic();
}
