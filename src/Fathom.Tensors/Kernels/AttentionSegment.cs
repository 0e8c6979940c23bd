namespace Fathom.Tensors.Kernels;

/// <summary>The rows of one sequence within a batch, and the cache that holds its keys and values.</summary>
/// <param name="Cache">Keys and values of this sequence in this layer, the new ones appended already.</param>
/// <param name="FirstRow">First row of the sequence in the batch.</param>
/// <param name="Rows">Number of rows.</param>
internal readonly record struct AttentionSegment(AttentionCache Cache, int FirstRow, int Rows);
