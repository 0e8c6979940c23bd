using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection.Statistics;

/// <summary>What the Gaussians of every covariance rule are made from (<see cref="ClassGaussiansKey"/>); never in a file of its own.</summary>
internal sealed record ClassScatterKey(Pooling Pooling, bool Labelled) : StatisticKey
{
    public override string Name => $"scatter.{PoolingNames.NameOf(Pooling)}.last.{(Labelled ? "classes" : "all")}";

    public override StatisticAccumulator CreateAccumulator(TraceOrigin origin) => new ClassScatterAccumulator(this, origin);

    public override Statistic Read(TensorBag tensors, TraceOrigin origin, int fitCount) => throw new InvalidOperationException("a scatter is kept as Gaussians");
}
