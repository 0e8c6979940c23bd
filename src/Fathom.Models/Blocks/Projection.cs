using Fathom.Models.Running;
using Fathom.Tensors.Kernels;

namespace Fathom.Models.Blocks;

/// <summary>A linear layer: y = W x + b.</summary>
internal sealed unsafe class Projection(PackedMatrix weight, WeightVector? bias)
{
    /// <summary>x <c>[rows, inputs]</c> to y <c>[rows, outputs]</c>.</summary>
    public void Apply(Pass pass, float* x, float* y) =>
        pass.Kernels.Linear(x, pass.Rows, weight.Inputs, weight, bias is null ? null : bias.Pointer, y, weight.Outputs);
}
