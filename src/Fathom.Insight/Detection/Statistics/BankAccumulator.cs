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

    public override void Write(string name, TensorBag tensors) => Bank.Of(origin.Width, _items).Write(name, tensors);

    public override void Read(string name, TensorBag tensors)
    {
        var indices = tensors.Read<long>(name + ".indices", -1);
        var vectors = tensors.ReadFiniteFloats(name + ".vectors", indices.Length, origin.Width);
        for (var i = 0; i < indices.Length; i++) _items.Add((indices[i], vectors[(i * origin.Width)..((i + 1) * origin.Width)]));
    }

    public override Statistic ToStatistic(StatisticKey _) => Bank.Of(origin.Width, _items);
}
