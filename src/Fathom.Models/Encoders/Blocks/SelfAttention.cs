using Fathom.Models.Blocks;
using Fathom.Models.Encoders.Running;
using Fathom.Models.Positions;
using Fathom.Tensors.Kernels;

namespace Fathom.Models.Encoders.Blocks;

/// <summary>Attention of every row to its whole sequence, or to a window on both sides, with rotary positions or a bias where the family has them.</summary>
internal sealed unsafe class SelfAttention(EncoderAttentionShape shape) : IEncoderLayer
{
    /// <summary>To queries, keys and values <c>[rows, heads, headDim]</c>.</summary>
    public required QueryKeyValue Inputs { get; init; }

    /// <summary>From the heads' outputs back to the width.</summary>
    public required Projection Output { get; init; }

    /// <summary>Rotary positions, where the family has them.</summary>
    public RopeTable? Rope { get; init; }

    /// <summary>What is added to the scores, where the family has it.</summary>
    public IScoreBias? Bias { get; init; }

    /// <inheritdoc/>
    public void Forward(EncoderPass pass, float* x, float* y)
    {
        var mark = pass.Scratch.Mark();
        var (query, key, value, stride) = Inputs.Apply(pass, x, shape.Width);
        var q = (float*)query;
        var k = (float*)key;
        var v = (float*)value;
        if (Rope is not null)
        {
            pass.Rotate(Rope, q, stride, shape.Heads, shape.HeadDim);
            pass.Rotate(Rope, k, stride, shape.Heads, shape.HeadDim);
        }

        var heads = pass.Scratch.Take((long)pass.Rows * shape.Width);
        var caches = new List<AttentionCache>(pass.Spans.Count);
        try
        {
            var segments = new WideAttentionSegment[pass.Spans.Count];
            for (var i = 0; i < segments.Length; i++)
            {
                var span = pass.Spans[i];
                var cache = pass.Kernels.CreateCache(shape.Heads, shape.HeadDim);
                caches.Add(cache);
                cache.Append(k + (long)span.FirstRow * stride, stride, v + (long)span.FirstRow * stride, stride, span.Rows);
                var bias = Bias is null ? default : Bias.Of(pass, span, span.Rows, q, k, stride, shape.Scale);
                segments[i] = new WideAttentionSegment(cache, span.FirstRow, span.Rows, 0, bias.Start, bias.Head, bias.Row);
            }

            var window = shape.Reach == int.MaxValue ? 0 : shape.Reach + 1;
            pass.Kernels.WideAttention(segments, q, stride, shape.Heads, shape.Scale, window, shape.Reach, heads, shape.Width);
        }
        finally
        {
            foreach (var cache in caches) cache.Dispose();
        }

        Output.Apply(pass.Kernels, heads, pass.Rows, y);
        pass.Scratch.Release(mark);
    }
}
