namespace Fathom.Tensors.Kernels;

/// <summary>Where a row stands, as far as dropout is concerned.</summary>
/// <param name="Pass">Number of the stochastic pass.</param>
/// <param name="Position">Position in the sequence.</param>
internal readonly record struct DropoutPlace(uint Pass, uint Position);
