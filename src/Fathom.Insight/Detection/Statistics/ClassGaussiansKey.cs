using Fathom.Insight.Numerics;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection.Statistics;

/// <summary>Class means and shared full covariance of the last entry; without labels all samples are one class.</summary>
internal sealed record ClassGaussiansKey(Pooling Pooling, bool Labelled, CovarianceRule Rule, double Ridge) : StatisticKey
{
    public override string Name =>
        $"gaussians.{PoolingNames.NameOf(Pooling)}.last.{(Labelled ? "classes" : "all")}.{SettingsReader.Word(Rule)}{(Rule == CovarianceRule.Ridge ? $"_{Ridge:R}" : "")}";

    public override StatisticKey Source => new ClassScatterKey(Pooling, Labelled);

    public override StatisticAccumulator CreateAccumulator(TraceOrigin origin) => Source.CreateAccumulator(origin);

    public override Statistic Read(TensorBag tensors, TraceOrigin origin, int fitCount)
    {
        var means = tensors.ReadFinite(Name + ".means", double.MinValue, -1, origin.Width);
        var labels = ClassGaussians.ReadLabels(Name, tensors);
        if (labels.Length == 0 || labels.Length != means.Length / origin.Width || labels.Length > fitCount)
        {
            throw new FathomException($"tensor '{Name}.means' has {means.Length / origin.Width} classes, its labels {labels.Length}, for {fitCount} fit samples");
        }

        return new ClassGaussians(labels, ReadGaussian(tensors, origin.Width, means));
    }

    private FullGaussian ReadGaussian(TensorBag tensors, int width, double[] means)
    {
        if (tensors.Has(Name + ".whitening"))
        {
            var lower = tensors.ReadFinite(Name + ".whitening", double.MinValue, CovarianceSums.PackedLength(width));
            return new FullGaussian(width, means, PanelMatrix.OfPacked(lower, width), null, 0);
        }

        var directions = tensors.ReadFinite(Name + ".directions", double.MinValue, -1, width);
        var weights = tensors.ReadFinite(Name + ".weights", 0, directions.Length / width);
        var rest = tensors.ReadFinite(Name + ".rest", 0, 1);
        return new FullGaussian(width, means, PanelMatrix.Of(directions, weights.Length, width), weights, rest[0]);
    }
}
