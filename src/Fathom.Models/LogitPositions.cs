namespace Fathom.Models;

/// <summary>Where logits are wanted.</summary>
public enum LogitPositions
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>At the last position.</summary>
    Last,

    /// <summary>At every position.</summary>
    All,
}
