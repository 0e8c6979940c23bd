namespace Fathom.Models.Architectures;

/// <summary>How a file keeps the projections to queries, keys and values.</summary>
internal enum FusedLayout
{
    /// <summary>In a tensor each.</summary>
    Separate,

    /// <summary>In one tensor: all rows of queries, then of keys, then of values.</summary>
    Stacked,

    /// <summary>In one tensor: for each key/value head the query heads of its group, the key, the value.</summary>
    Grouped,
}
