using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection.Statistics;

/// <summary>Collects a <see cref="BankKey"/>.</summary>
internal sealed class BankAccumulator(BankKey key, TraceOrigin origin) : StatisticAccumulator
{
    private readonly List<(long Index, float[] Vector)> _items = [];

    public override void Add(Trace trace)
    {
        var states = TraceChecks.States(trace, key.Pooling, origin, origin.Entries - 1);
        _items.Add((trace.Index, states[origin.Entries - 1].ToArray()));
    }

    public override void MergeWith(StatisticAccumulator other) => _items.AddRange(((BankAccumulator)other)._items);

    public override Statistic ToStatistic() => Bank.Of(origin.Width, _items);
}
