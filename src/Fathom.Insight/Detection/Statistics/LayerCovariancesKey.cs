using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection.Statistics;

/// <summary>Mean and full covariance of the pooled states of every entry, with the shrinkage of Ledoit and Wolf's rule.</summary>
internal sealed record LayerCovariancesKey(Pooling Pooling) : StatisticKey
{
    public override string Name => $"covariances.{PoolingNames.NameOf(Pooling)}";

    public override long Bytes(TraceOrigin origin) => origin.Entries * CovarianceSums.Bytes(origin.Width);

    public override StatisticAccumulator CreateAccumulator(TraceOrigin origin) => new LayerCovariancesAccumulator(this, origin);

    public override Statistic Read(TensorBag tensors, TraceOrigin origin, int fitCount)
    {
        var mean = tensors.ReadFinite(Name + ".mean", double.MinValue, origin.Entries, origin.Width);
        var covariance = tensors.ReadFinite(Name + ".lower", double.MinValue, origin.Entries, CovarianceSums.PackedLength(origin.Width));
        var shrinkage = tensors.ReadFinite(Name + ".shrinkage", 0, origin.Entries);
        return new LayerCovariances(new LayerCovariance(fitCount, origin.Entries, origin.Width, mean, covariance, shrinkage));
    }
}
