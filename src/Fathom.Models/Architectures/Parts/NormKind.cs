namespace Fathom.Models.Architectures;

/// <summary>How rows are normalised.</summary>
public enum NormKind
{
    /// <summary>By the root of the mean square.</summary>
    Rms,

    /// <summary>By the mean and the standard deviation.</summary>
    Layer,
}
