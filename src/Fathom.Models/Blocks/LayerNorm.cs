using Fathom.Tensors.Kernels;

namespace Fathom.Models.Blocks;

/// <summary>y = (x - mean) / sqrt(variance + epsilon) * weight + bias, the bias where there is one.</summary>
internal sealed unsafe class LayerNorm(WeightVector weight, WeightVector? bias, float epsilon) : INorm
{
    /// <inheritdoc/>
    public void Apply(IKernels kernels, float* x, int rows, float* y) =>
        kernels.LayerNorm(x, rows, weight.Length, weight.Pointer, bias is null ? null : bias.Pointer, epsilon, y);
}
