using Fathom.Models.Blocks;
using Fathom.Models.Encoders.Running;

namespace Fathom.Models.Encoders.Blocks;

/// <summary>x = norm(x + attention(x)); x = norm(x + feedForward(x)).</summary>
internal sealed unsafe class NormAfterBlock(int width, IEncoderLayer attention, INorm afterAttention, IEncoderLayer feedForward, INorm afterFeedForward) : IEncoderBlock
{
    /// <inheritdoc/>
    public void Forward(EncoderPass pass, float* x)
    {
        Add(pass, attention, afterAttention, x);
        Add(pass, feedForward, afterFeedForward, x);
    }

    private void Add(EncoderPass pass, IEncoderLayer layer, INorm norm, float* x)
    {
        var mark = pass.Scratch.Mark();
        var count = (long)pass.Rows * width;
        var change = pass.Scratch.Take(count);
        layer.Forward(pass, x, change);
        pass.Kernels.AddInPlace(change, count, x);
        norm.Apply(pass.Kernels, x, pass.Rows, x);
        pass.Scratch.Release(mark);
    }
}
