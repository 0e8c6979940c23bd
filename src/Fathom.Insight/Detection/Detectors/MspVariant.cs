namespace Fathom.Insight.Detection;

/// <summary>How the maximum probabilities of the output tokens become one number.</summary>
public enum MspVariant
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>The smallest.</summary>
    Min,

    /// <summary>Their product.</summary>
    Product,
}
