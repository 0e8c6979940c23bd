namespace Fathom.Models.Architectures;

/// <summary>Sizes of one layer in families whose layers differ.</summary>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyValueHeads">Key and value heads.</param>
/// <param name="FeedForwardWidth">Width inside the feed-forward.</param>
public readonly record struct LayerSizes(int Heads, int KeyValueHeads, int FeedForwardWidth);
