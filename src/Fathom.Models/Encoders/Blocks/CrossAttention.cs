using Fathom.Models.Blocks;
using Fathom.Models.Encoders.Running;
using Fathom.Models.Encoders.TextToText;
using Fathom.Models.Running;
using Fathom.Tensors.Kernels;

namespace Fathom.Models.Encoders.Blocks;

/// <summary>A decoder's attention to the text the encoder has read; every position sees all of it.</summary>
internal sealed unsafe class CrossAttention(int layer, EncoderAttentionShape shape) : IEncoderLayer
{
    /// <summary>From the decoder's states to queries.</summary>
    public required Projection Query { get; init; }

    /// <summary>From the encoder's states to keys.</summary>
    public required Projection Key { get; init; }

    /// <summary>From the encoder's states to values.</summary>
    public required Projection Value { get; init; }

    /// <summary>From the heads' outputs back to the width.</summary>
    public required Projection Output { get; init; }

    /// <summary>Makes the keys and values of the encoder's states <c>[rows, width]</c>, once a sequence.</summary>
    public void Read(IKernels kernels, Scratch scratch, float* states, int rows, DecoderState into)
    {
        var mark = scratch.Mark();
        var k = scratch.Take((long)rows * shape.Width);
        var v = scratch.Take((long)rows * shape.Width);
        Key.Apply(kernels, states, rows, k);
        Value.Apply(kernels, states, rows, v);
        into.Read[layer].Append(k, shape.Width, v, shape.Width, rows);
        scratch.Release(mark);
    }

    /// <inheritdoc/>
    public void Forward(EncoderPass pass, float* x, float* y)
    {
        var mark = pass.Scratch.Mark();
        var q = pass.Scratch.Take((long)pass.Rows * shape.Width);
        var heads = pass.Scratch.Take((long)pass.Rows * shape.Width);
        Query.Apply(pass.Kernels, x, pass.Rows, q);
        var segments = new WideAttentionSegment[pass.Spans.Count];
        for (var i = 0; i < segments.Length; i++) segments[i] = new WideAttentionSegment(pass.States[i].Read[layer], pass.Spans[i].FirstRow, pass.Spans[i].Rows, 0);
        pass.Kernels.WideAttention(segments, q, shape.Width, shape.Heads, shape.Scale, 0, int.MaxValue, heads, shape.Width);
        Output.Apply(pass.Kernels, heads, pass.Rows, y);
        pass.Scratch.Release(mark);
    }
}
