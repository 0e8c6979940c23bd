using Fathom.Models.Encoders.Running;

namespace Fathom.Models.Encoders.Blocks;

/// <summary>Attention or feed-forward: a part of a block beside its norm and residual.</summary>
internal unsafe interface IEncoderLayer
{
    /// <summary>x <c>[rows, width]</c> to y <c>[rows, width]</c>; they are not the same.</summary>
    void Forward(EncoderPass pass, float* x, float* y);
}
