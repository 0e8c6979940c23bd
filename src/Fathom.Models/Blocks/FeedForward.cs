using Fathom.Models.Running;
using Fathom.Tensors.Autograd;
using Fathom.Tensors.Kernels;

namespace Fathom.Models.Blocks;

/// <summary>y = down(activation(gate(x)) up(x)), or without a gate y = down(activation(up(x))).</summary>
internal sealed unsafe class FeedForward(int width, Activation activation) : ISubLayer
{
    /// <summary>To what passes through the activation; null where that is <see cref="Up"/>.</summary>
    public Projection? Gate { get; init; }

    /// <summary>To what it is multiplied with.</summary>
    public required Projection Up { get; init; }

    /// <summary>Back to the model's width.</summary>
    public required Projection Down { get; init; }

    /// <inheritdoc/>
    public void Forward(Pass pass, float* x, float* y) => Forward(pass.Kernels, pass.Scratch, x, pass.Rows, y);

    /// <summary>The same for any number of rows.</summary>
    public void Forward(IKernels kernels, Scratch scratch, float* x, int rows, float* y)
    {
        var mark = scratch.Mark();
        var count = (long)rows * width;
        var inner = scratch.Take(count);
        if (Gate is null)
        {
            Up.Apply(kernels, x, rows, inner);
            kernels.Activate(activation, inner, count, inner);
        }
        else
        {
            var up = scratch.Take(count);
            Gate.Apply(kernels, x, rows, inner);
            Up.Apply(kernels, x, rows, up);
            Multiply(kernels, inner, up, count);
        }

        Down.Apply(kernels, inner, rows, y);
        scratch.Release(mark);
    }

    private void Multiply(IKernels kernels, float* gate, float* up, long count)
    {
        if (activation == Activation.Silu)
        {
            kernels.SiluMultiply(gate, up, count, gate);
            return;
        }

        kernels.Activate(activation, gate, count, gate);
        kernels.Multiply(gate, up, count, gate);
    }
}
