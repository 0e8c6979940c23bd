namespace Fathom.Models.Architectures;

/// <summary>Norms of queries and keys, before positions are turned in.</summary>
public enum QueryKeyNorm
{
    /// <summary>None.</summary>
    None,

    /// <summary>Over each head, all heads with the same weight <c>[headDim]</c>.</summary>
    EveryHead,

    /// <summary>Over each head, every head with a weight <c>[headDim]</c> of its own.</summary>
    OwnHead,

    /// <summary>The same, all heads' weights in one tensor <c>[heads, headDim]</c>.</summary>
    OwnHeadTogether,

    /// <summary>Over all heads together, weight <c>[heads x headDim]</c>.</summary>
    Whole,
}
