namespace Fathom.Insight.Detection;

/// <summary>What TV score takes for the covariance of a layer.</summary>
public enum LayerCovarianceRule
{
    /// <summary>Variances alone: what the code released with the paper has.</summary>
    Diagonal,

    /// <summary>The full covariance, with a share of the mean variance added to every direction.</summary>
    Ridge,

    /// <summary>The full covariance, shrunk towards a sphere by Ledoit and Wolf's rule.</summary>
    LedoitWolf,
}
