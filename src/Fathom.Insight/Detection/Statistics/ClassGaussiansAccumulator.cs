using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection.Statistics;

/// <summary>Collects a <see cref="ClassGaussiansKey"/>: count × width while fitting, because shrinkage looks at every residual.</summary>
internal sealed class ClassGaussiansAccumulator(ClassGaussiansKey key, TraceOrigin origin) : StatisticAccumulator
{
    private readonly List<(string Label, long Index, float[] Vector)> _items = [];

    public override void Add(Trace trace)
    {
        var last = origin.Entries - 1;
        var states = TraceChecks.States(trace, key.Pooling, origin, last);
        _items.Add((key.Labelled ? trace.Label ?? "" : "", trace.Index, states[last].ToArray()));
    }

    public override void MergeWith(StatisticAccumulator other) => _items.AddRange(((ClassGaussiansAccumulator)other)._items);

    public override Statistic ToStatistic()
    {
        // In one order, whatever the order of the stream.
        string[] labels = [.. _items.Select(static item => item.Label).Distinct().Order(StringComparer.Ordinal)];
        var numbers = labels.Select(static (label, i) => (label, i)).ToDictionary(static pair => pair.label, static pair => pair.i, StringComparer.Ordinal);
        var classes = new List<int>();
        var vectors = new List<double>(_items.Count * origin.Width);
        foreach (var group in _items.GroupBy(static item => item.Label).OrderBy(static group => group.Key, StringComparer.Ordinal))
        {
            var bank = Bank.Of(origin.Width, group.Select(static item => (item.Index, item.Vector)));
            classes.AddRange(Enumerable.Repeat(numbers[group.Key], bank.Count));
            vectors.AddRange(bank.Vectors.Select(static value => (double)value));
        }

        return new ClassGaussians(labels, FullGaussian.Fit(vectors.ToArray(), origin.Width, classes.ToArray(), key.Rule, key.Ridge));
    }
}
