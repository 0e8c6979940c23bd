namespace Fathom.Insight.Detection.Statistics;

/// <summary>The finished mean and variance of a <see cref="MomentsKey"/>.</summary>
internal sealed class Moments(LayerGaussian gaussian) : Statistic
{
    public LayerGaussian Gaussian { get; } = gaussian;

    public override void Write(string name, TensorBag tensors)
    {
        tensors.Add(name + ".mean", Gaussian.MeanValues, Gaussian.Entries, Gaussian.Width);
        tensors.Add(name + ".variance", Gaussian.VarianceValues, Gaussian.Entries, Gaussian.Width);
    }
}
