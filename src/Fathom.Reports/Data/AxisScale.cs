namespace Fathom.Reports;

/// <summary>How values are laid along an axis.</summary>
public enum AxisScale
{
    /// <summary>Logarithmic when all values are positive and span more than two powers of ten, else linear.</summary>
    Automatic,

    /// <summary>Equal steps for equal differences.</summary>
    Linear,

    /// <summary>Equal steps for equal ratios; values of zero and below sit at the lower edge.</summary>
    Logarithmic,
}
