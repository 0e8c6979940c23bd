using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection.Statistics;

/// <summary>Accumulates a <see cref="LayerCovariancesKey"/>: 12 × entries × width² bytes, whatever the number of samples.</summary>
internal sealed class LayerCovariancesAccumulator(LayerCovariancesKey key, TraceOrigin origin) : StatisticAccumulator
{
    private readonly CovarianceSums[] _layers = [.. Enumerable.Range(0, origin.Entries).Select(_ => new CovarianceSums(origin.Width))];

    public override void Add(Trace trace)
    {
        var states = TraceChecks.States(trace, key.Pooling, origin);
        for (var entry = 0; entry < _layers.Length; entry++)
        {
            _layers[entry].Add(states[entry]);
        }
    }

    public override void MergeWith(StatisticAccumulator other)
    {
        var layers = ((LayerCovariancesAccumulator)other)._layers;
        for (var entry = 0; entry < _layers.Length; entry++) _layers[entry].MergeWith(layers[entry]);
    }

    public override void Write(string name, TensorBag tensors)
    {
        for (var entry = 0; entry < _layers.Length; entry++) _layers[entry].Write($"{name}.{entry}", tensors);
    }

    public override void Read(string name, TensorBag tensors)
    {
        for (var entry = 0; entry < _layers.Length; entry++) _layers[entry].Read($"{name}.{entry}", tensors);
    }

    public override Statistic ToStatistic(StatisticKey _) => new LayerCovariances(LayerCovariance.Of(_layers, origin.Width));
}
