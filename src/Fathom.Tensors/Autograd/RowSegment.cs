namespace Fathom.Tensors.Autograd;

/// <summary>One sequence among the rows of a batch: attention stays within it.</summary>
/// <param name="Start">Its first row.</param>
/// <param name="Length">Its number of rows, at least 1.</param>
public readonly record struct RowSegment(int Start, int Length);
