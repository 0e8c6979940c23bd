using Fathom.Models.Running;

namespace Fathom.Models.Blocks;

/// <summary>Attention or feed-forward: a part of a block between norm and residual.</summary>
internal unsafe interface ISubLayer
{
    /// <summary>x <c>[rows, width]</c> to y <c>[rows, width]</c>; they are not the same.</summary>
    void Forward(Pass pass, float* x, float* y);
}
