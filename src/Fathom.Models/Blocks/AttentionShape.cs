namespace Fathom.Models.Blocks;

/// <summary>Sizes of an attention layer.</summary>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyValueHeads">Key and value heads.</param>
/// <param name="HeadDim">Numbers in a head.</param>
/// <param name="Window">Positions a query sees, itself included; 0: all before it.</param>
internal readonly record struct AttentionShape(int Heads, int KeyValueHeads, int HeadDim, int Window);
