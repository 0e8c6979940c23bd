using Fathom.Models.Blocks;
using Fathom.Models.Encoders.Running;
using Fathom.Tensors.Autograd;

namespace Fathom.Models.Encoders.Blocks;

/// <summary>
/// A block, and after it x = norm(x + f(convolution of the embeddings over neighbouring tokens)): what DeBERTa v2's larger models have
/// after their first block. Beyond a sequence's ends are zeros.
/// </summary>
internal sealed unsafe class ConvolutionBlock(IEncoderBlock block, Projection kernel, int width, int kernelSize, Activation activation, INorm norm) : IEncoderBlock
{
    /// <inheritdoc/>
    public void Forward(EncoderPass pass, float* x)
    {
        block.Forward(pass, x);
        var mark = pass.Scratch.Mark();
        var count = (long)pass.Rows * width;
        var neighbours = pass.Scratch.Take(count * kernelSize);
        var change = pass.Scratch.Take(count);
        foreach (var span in pass.Spans)
        {
            for (var row = 0; row < span.Rows; row++) Gather(pass.Embedded, span, row, neighbours + (span.FirstRow + row) * (long)width * kernelSize);
        }

        kernel.Apply(pass.Kernels, neighbours, pass.Rows, change);
        pass.Kernels.Activate(activation, change, count, change);
        pass.Kernels.AddInPlace(change, count, x);
        norm.Apply(pass.Kernels, x, pass.Rows, x);
        pass.Scratch.Release(mark);
    }

    // In the order of the stored kernel [outputs, inputs, kernelSize]: for each number its neighbours.
    private void Gather(float* embedded, RowSpan span, int row, float* to)
    {
        for (var tap = 0; tap < kernelSize; tap++)
        {
            var neighbour = row + tap - (kernelSize - 1) / 2;
            var from = neighbour < 0 || neighbour >= span.Rows ? null : embedded + (span.FirstRow + neighbour) * (long)width;
            for (var i = 0; i < width; i++) to[(long)i * kernelSize + tap] = from == null ? 0f : from[i];
        }
    }
}
