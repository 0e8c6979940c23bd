using Fathom.Models.Blocks;
using Fathom.Tensors.Autograd;
using Fathom.Tensors.Kernels;

namespace Fathom.Models.Encoders.Blocks;

/// <summary>A dense layer with an activation, and a norm where the family has one, over one vector a sequence: a pooler, or the first half of a head.</summary>
internal sealed unsafe class SequenceHead(Projection dense, Activation activation, INorm? norm = null)
{
    /// <summary>Numbers of an output.</summary>
    public int Outputs => dense.Outputs;

    /// <summary>x <c>[sequences, inputs]</c> to y <c>[sequences, outputs]</c>.</summary>
    public void Apply(IKernels kernels, float* x, int sequences, float* y)
    {
        dense.Apply(kernels, x, sequences, y);
        kernels.Activate(activation, y, (long)sequences * Outputs, y);
        norm?.Apply(kernels, y, sequences, y);
    }
}
