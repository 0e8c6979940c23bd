using Fathom.Models.Architectures;
using Fathom.Tensors.Kernels;

namespace Fathom.Models.Blocks;

/// <summary>A norm over each head with a weight of its own for every head; rows are heads, those of a token one after another.</summary>
/// <param name="weights">All heads' weights, <c>[heads x headDim]</c>.</param>
/// <param name="ones">Ones, <c>[headDim]</c>.</param>
/// <param name="kind">How a head is normalised.</param>
/// <param name="epsilon">Added to the mean square.</param>
internal sealed unsafe class OwnHeadNorm(WeightVector weights, WeightVector ones, NormKind kind, float epsilon) : INorm
{
    /// <inheritdoc/>
    public void Apply(IKernels kernels, float* x, int rows, float* y)
    {
        if (kind == NormKind.Rms) kernels.RmsNorm(x, rows, ones.Length, ones.Pointer, epsilon, y);
        else kernels.LayerNorm(x, rows, ones.Length, ones.Pointer, null, epsilon, y);
        for (var token = 0; token < rows / (weights.Length / ones.Length); token++)
        {
            var at = y + (long)token * weights.Length;
            kernels.Multiply(at, weights.Pointer, weights.Length, at);
        }
    }
}
