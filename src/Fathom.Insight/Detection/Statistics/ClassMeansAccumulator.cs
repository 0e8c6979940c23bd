using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection.Statistics;

/// <summary>Accumulates a <see cref="ClassMeansKey"/>.</summary>
internal sealed class ClassMeansAccumulator(ClassMeansKey key, TraceOrigin origin) : StatisticAccumulator
{
    private readonly SortedDictionary<string, MomentSums> _classes = new(StringComparer.Ordinal);
    private readonly double[] _values = new double[origin.Width];

    public override void Add(Trace trace)
    {
        var last = origin.Entries - 1;
        var state = TraceChecks.States(trace, key.Pooling, origin, last)[last];
        for (var j = 0; j < _values.Length; j++) _values[j] = state[j];
        SumsOf(trace.Label ?? "").Add(_values);
    }

    public override void MergeWith(StatisticAccumulator other)
    {
        foreach (var (label, sums) in ((ClassMeansAccumulator)other)._classes) SumsOf(label).MergeWith(sums);
    }

    public override void Write(string name, TensorBag tensors)
    {
        ClassGaussians.WriteLabels(name, tensors, [.. _classes.Keys]);
        var at = 0;
        foreach (var sums in _classes.Values) sums.Write($"{name}.{at++}", tensors);
    }

    public override void Read(string name, TensorBag tensors)
    {
        var labels = ClassGaussians.ReadLabels(name, tensors);
        for (var i = 0; i < labels.Length; i++) SumsOf(labels[i]).Read($"{name}.{i}", tensors);
    }

    public override Statistic ToStatistic(StatisticKey _) =>
        new ClassMeans([.. _classes.Keys], origin.Width, [.. _classes.Values.SelectMany(static sums => sums.Finish().Mean)]);

    private MomentSums SumsOf(string label)
    {
        if (!_classes.TryGetValue(label, out var sums)) _classes.Add(label, sums = new MomentSums(origin.Width));
        return sums;
    }
}
