namespace Fathom.Tensors.Autograd;

/// <summary>How the columns of queries <c>[T, Heads x HeadDim]</c> and of keys and values <c>[T, KeyValueHeads x HeadDim]</c> are divided.</summary>
/// <param name="Heads">Query heads, a multiple of <paramref name="KeyValueHeads"/>.</param>
/// <param name="KeyValueHeads">Key and value heads.</param>
/// <param name="HeadDim">Numbers in a head.</param>
/// <param name="Window">How many positions back a query sees, itself included; 0: all.</param>
/// <param name="Scale">Factor on the scores, usually 1 / sqrt(HeadDim).</param>
/// <param name="SoftCap">Scaled scores s become SoftCap tanh(s / SoftCap); 0: they stay.</param>
public readonly record struct AttentionLayout(int Heads, int KeyValueHeads, int HeadDim, int Window, float Scale, float SoftCap = 0);
