using Fathom.Models.Running;

namespace Fathom.Models.Blocks;

/// <summary>y = down(silu(gate(x)) * up(x)).</summary>
internal sealed unsafe class GatedFeedForward(int width) : ISubLayer
{
    /// <summary>To what passes through the activation.</summary>
    public required Projection Gate { get; init; }

    /// <summary>To what it is multiplied with.</summary>
    public required Projection Up { get; init; }

    /// <summary>Back to the model's width.</summary>
    public required Projection Down { get; init; }

    /// <inheritdoc/>
    public void Forward(Pass pass, float* x, float* y)
    {
        var mark = pass.Scratch.Mark();
        var count = (long)pass.Rows * width;
        var gate = pass.Scratch.Take(count);
        var up = pass.Scratch.Take(count);
        Gate.Apply(pass, x, gate);
        Up.Apply(pass, x, up);
        pass.Kernels.SiluMultiply(gate, up, count, gate);
        Down.Apply(pass, gate, y);
        pass.Scratch.Release(mark);
    }
}
