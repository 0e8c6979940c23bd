using Fathom.Models.Blocks;
using Fathom.Models.Encoders.Running;
using Fathom.Tensors.Autograd;

namespace Fathom.Models.Encoders.Blocks;

/// <summary>y = down(f(up(x))), or down(f(up(x)) * gate(x)) where there is a gate.</summary>
internal sealed unsafe class EncoderFeedForward(Activation activation) : IEncoderLayer
{
    /// <summary>To what passes through the activation.</summary>
    public required Projection Up { get; init; }

    /// <summary>To what it is multiplied with, where the family has it.</summary>
    public Projection? Gate { get; init; }

    /// <summary>Back to the model's width.</summary>
    public required Projection Down { get; init; }

    /// <inheritdoc/>
    public void Forward(EncoderPass pass, float* x, float* y)
    {
        var mark = pass.Scratch.Mark();
        var count = (long)pass.Rows * Up.Outputs;
        var inner = pass.Scratch.Take(count);
        Up.Apply(pass.Kernels, x, pass.Rows, inner);
        pass.Kernels.Activate(activation, inner, count, inner);
        if (Gate is not null)
        {
            var gate = pass.Scratch.Take(count);
            Gate.Apply(pass.Kernels, x, pass.Rows, gate);
            pass.Kernels.Multiply(inner, gate, count, inner);
        }

        Down.Apply(pass.Kernels, inner, pass.Rows, y);
        pass.Scratch.Release(mark);
    }
}
