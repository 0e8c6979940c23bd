using Fathom.Models.Running;
using Fathom.Tensors.Kernels;

namespace Fathom.Models.Blocks;

/// <summary>A linear layer: y = W x + b.</summary>
internal sealed unsafe class Projection(PackedMatrix weight, WeightVector? bias)
{
    /// <summary>x <c>[rows, inputs]</c> to y <c>[rows, outputs]</c>.</summary>
    public void Apply(Pass pass, float* x, float* y) => Apply(pass.Kernels, x, pass.Rows, y);

    /// <summary>x <c>[rows, inputs]</c> to y <c>[rows, outputs]</c>.</summary>
    public void Apply(IKernels kernels, float* x, int rows, float* y) =>
        kernels.Linear(x, rows, weight.Inputs, weight, bias is null ? null : bias.Pointer, y, weight.Outputs);

    /// <summary>Numbers of an output row.</summary>
    public int Outputs => weight.Outputs;
}
