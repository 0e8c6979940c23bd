namespace Fathom.Insight.Detection;

/// <summary>Variance of the k-th difference of a trajectory, made from the variances of the layers.</summary>
public enum VarianceRule
{
    /// <summary>Sum of C(k, i) v: variances add at every repetition; the published rule.</summary>
    PaperC,

    /// <summary>Sum of C(k, i)^2 v: right for independent layers.</summary>
    IndependentC2,

    /// <summary>The variance of the difference itself over the fit samples.</summary>
    Empirical,
}
