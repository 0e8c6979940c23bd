using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection.Statistics;

/// <summary>
/// Mean and population variance of pooled states: of all entries or the last one only, or of their k-th differences over the layers.
/// </summary>
internal sealed record MomentsKey(Pooling Pooling, bool LastOnly = false, int Order = 0) : StatisticKey
{
    public override string Name =>
        $"moments.{PoolingNames.NameOf(Pooling)}{(LastOnly ? ".last" : "")}{(Order > 0 ? $".difference{Order}" : "")}";

    public int Rows(TraceOrigin origin) => LastOnly ? 1 : origin.Entries - Order;

    public override StatisticAccumulator CreateAccumulator(TraceOrigin origin) => new MomentsAccumulator(this, origin);

    public override Statistic Read(TensorBag tensors, TraceOrigin origin, int fitCount)
    {
        long rows = Rows(origin);
        var mean = tensors.ReadFinite(Name + ".mean", double.MinValue, rows, origin.Width);
        var variance = tensors.ReadFinite(Name + ".variance", 0, rows, origin.Width);
        return new Moments(new LayerGaussian(fitCount, (int)rows, origin.Width, mean, variance));
    }
}
