namespace Fathom.Insight.Detection;

/// <summary>Distance of one layer's state from the Gaussian, from z_j = deviation² / variance.</summary>
public enum LayerDistance
{
    /// <summary>Sum of z_j: the squared Mahalanobis distance.</summary>
    MahalanobisSquared,

    /// <summary>Its square root.</summary>
    Mahalanobis,

    /// <summary>Square root of the sum of z_j²: what the code released with TV score computes.</summary>
    NormOfSquaredZ,
}
