using Fathom.Tensors.Kernels;

namespace Fathom.Models.Blocks;

/// <summary>y = x / sqrt(mean(x^2) + epsilon) * weight.</summary>
internal sealed unsafe class RmsNorm(WeightVector weight, float epsilon) : INorm
{
    /// <inheritdoc/>
    public void Apply(IKernels kernels, float* x, int rows, float* y) => kernels.RmsNorm(x, rows, weight.Length, weight.Pointer, epsilon, y);
}
