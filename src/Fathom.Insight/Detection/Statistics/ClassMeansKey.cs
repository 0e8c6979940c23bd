using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection.Statistics;

/// <summary>Mean of the last entry's pooled states of every class: memory is classes × width, whatever the number of samples.</summary>
internal sealed record ClassMeansKey(Pooling Pooling) : StatisticKey
{
    public override string Name => $"class_means.{PoolingNames.NameOf(Pooling)}.last";

    public override StatisticAccumulator CreateAccumulator(TraceOrigin origin) => new ClassMeansAccumulator(this, origin);

    public override Statistic Read(TensorBag tensors, TraceOrigin origin, int fitCount)
    {
        var means = tensors.ReadFinite(Name + ".means", double.MinValue, -1, origin.Width);
        var labels = ClassGaussians.ReadLabels(Name, tensors);
        return labels.Length > 0 && labels.Length == means.Length / origin.Width && labels.Length <= fitCount
            ? new ClassMeans(labels, origin.Width, means)
            : throw new FathomException($"tensor '{Name}.means' has {means.Length / origin.Width} classes, its labels {labels.Length}, for {fitCount} fit samples");
    }
}
