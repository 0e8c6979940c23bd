namespace Fathom.Insight.Detection;

/// <summary>Which layers enter a TV score.</summary>
public enum LayerWindow
{
    /// <summary>From the first layer to the last one that order k leaves.</summary>
    PerOrder,

    /// <summary>The same for all orders, entries 1 to T - K - 2 (K the highest order), as the code released with TV score has it.</summary>
    Reference,
}
