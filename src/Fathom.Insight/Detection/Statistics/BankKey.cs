using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection.Statistics;

/// <summary>The last entry of every fit sample's pooled states: N × width, the one statistic that grows with the data.</summary>
internal sealed record BankKey(Pooling Pooling) : StatisticKey
{
    public override string Name => $"bank.{PoolingNames.NameOf(Pooling)}.last";

    public override StatisticAccumulator CreateAccumulator(TraceOrigin origin) => new BankAccumulator(this, origin);

    public override Statistic Read(TensorBag tensors, TraceOrigin origin, int fitCount)
    {
        var vectors = tensors.ReadFiniteFloats(Name + ".vectors", fitCount, origin.Width);
        var indices = tensors.Read<long>(Name + ".indices", fitCount);
        for (var i = 1; i < indices.Length; i++)
        {
            if (indices[i] < indices[i - 1]) throw new FathomException($"tensor '{Name}.indices' does not ascend at {i}");
        }

        return new Bank(origin.Width, indices, vectors);
    }
}
