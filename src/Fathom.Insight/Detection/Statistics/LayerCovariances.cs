namespace Fathom.Insight.Detection.Statistics;

/// <summary>The finished statistic of a <see cref="LayerCovariancesKey"/>.</summary>
internal sealed class LayerCovariances(LayerCovariance covariance) : Statistic
{
    public LayerCovariance Covariance { get; } = covariance;

    public override void Write(string name, TensorBag tensors)
    {
        tensors.Add(name + ".mean", Covariance.MeanValues, Covariance.Entries, Covariance.Width);
        tensors.Add(name + ".lower", Covariance.LowerValues, Covariance.Entries, Covariance.LowerValues.Length / Covariance.Entries);
        tensors.Add(name + ".shrinkage", Covariance.ShrinkageValues, Covariance.Entries);
    }
}
