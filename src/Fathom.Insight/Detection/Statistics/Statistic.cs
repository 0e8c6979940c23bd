namespace Fathom.Insight.Detection.Statistics;

/// <summary>A finished statistic: immutable, and the same bits after it was written and read.</summary>
internal abstract class Statistic
{
    public abstract void Write(string name, TensorBag tensors);
}
