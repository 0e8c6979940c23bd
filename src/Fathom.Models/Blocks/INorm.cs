using Fathom.Tensors.Kernels;

namespace Fathom.Models.Blocks;

/// <summary>A normalisation of rows.</summary>
internal unsafe interface INorm
{
    /// <summary>x <c>[rows, width]</c> to y, which may be x.</summary>
    void Apply(IKernels kernels, float* x, int rows, float* y);
}
