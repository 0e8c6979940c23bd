using Fathom.Models.Blocks;
using Fathom.Models.Encoders.Running;

namespace Fathom.Models.Encoders.Blocks;

/// <summary>x += layer(norm(x)), layer by layer; a layer without a norm takes x as it is.</summary>
internal sealed unsafe class NormBeforeBlock(int width, params (INorm? Norm, IEncoderLayer Layer)[] layers) : IEncoderBlock
{
    /// <inheritdoc/>
    public void Forward(EncoderPass pass, float* x)
    {
        foreach (var (norm, layer) in layers)
        {
            var mark = pass.Scratch.Mark();
            var count = (long)pass.Rows * width;
            var change = pass.Scratch.Take(count);
            var normed = x;
            if (norm is not null)
            {
                normed = pass.Scratch.Take(count);
                norm.Apply(pass.Kernels, x, pass.Rows, normed);
            }

            layer.Forward(pass, normed, change);
            pass.Kernels.AddInPlace(change, count, x);
            pass.Scratch.Release(mark);
        }
    }
}
