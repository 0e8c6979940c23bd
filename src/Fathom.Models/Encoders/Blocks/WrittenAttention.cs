using Fathom.Models.Blocks;
using Fathom.Models.Encoders.Running;
using Fathom.Tensors.Kernels;

namespace Fathom.Models.Encoders.Blocks;

/// <summary>A decoder's attention to what it has written so far, through its cache.</summary>
internal sealed unsafe class WrittenAttention(int layer, EncoderAttentionShape shape) : IEncoderLayer
{
    /// <summary>To queries, keys and values.</summary>
    public required QueryKeyValue Inputs { get; init; }

    /// <summary>From the heads' outputs back to the width.</summary>
    public required Projection Output { get; init; }

    /// <summary>What is added to the scores.</summary>
    public required IScoreBias Bias { get; init; }

    /// <inheritdoc/>
    public void Forward(EncoderPass pass, float* x, float* y)
    {
        var mark = pass.Scratch.Mark();
        var (query, key, value, stride) = Inputs.Apply(pass, x, shape.Width);
        var q = (float*)query;
        var k = (float*)key;
        var v = (float*)value;
        var heads = pass.Scratch.Take((long)pass.Rows * shape.Width);
        var segments = new WideAttentionSegment[pass.Spans.Count];
        for (var i = 0; i < segments.Length; i++)
        {
            var span = pass.Spans[i];
            var cache = pass.States[i].Written[layer];
            cache.Append(k + (long)span.FirstRow * stride, stride, v + (long)span.FirstRow * stride, stride, span.Rows);
            var bias = Bias.Of(pass, span, cache.Length, q, k, stride, shape.Scale);
            segments[i] = new WideAttentionSegment(cache, span.FirstRow, span.Rows, span.FirstPosition, bias.Start, bias.Head, bias.Row);
        }

        pass.Kernels.WideAttention(segments, q, stride, shape.Heads, shape.Scale, 0, 0, heads, shape.Width);
        Output.Apply(pass.Kernels, heads, pass.Rows, y);
        pass.Scratch.Release(mark);
    }
}
