namespace Fathom.Insight.Detection;

/// <summary>How a full covariance becomes a precision when samples are few.</summary>
public enum CovarianceRule
{
    /// <summary>Moore-Penrose pseudo-inverse: directions in which the fit samples do not vary are ignored.</summary>
    Pinv,

    /// <summary>A share of the mean variance is added to every direction.</summary>
    Ridge,

    /// <summary>Shrunk towards a sphere by the amount that is best on average (O. Ledoit and M. Wolf, 2004).</summary>
    LedoitWolf,
}
