using Fathom.Models.Running;

namespace Fathom.Models.Blocks;

/// <summary>One block of a decoder.</summary>
internal unsafe interface IBlock
{
    /// <summary>Adds the block's work to the residual stream x <c>[rows, width]</c>, in place.</summary>
    void Forward(Pass pass, float* x);
}
