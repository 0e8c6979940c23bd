using Fathom.Models.Encoders.Running;

namespace Fathom.Models.Encoders.Blocks;

/// <summary>One block of an encoder.</summary>
internal unsafe interface IEncoderBlock
{
    /// <summary>x <c>[rows, width]</c>, in place.</summary>
    void Forward(EncoderPass pass, float* x);
}
