using Fathom.Models.Positions;
using Fathom.Models.Running;

namespace Fathom.Models.Blocks;

/// <summary>
/// Causal grouped-query attention with rotary positions (<see langword="null"/> rope: none), scores times headDim^-0.5, and
/// optional norms over each head of queries and keys before the rotation.
/// </summary>
internal sealed unsafe class RotaryAttention(int layer, AttentionShape shape, RopeTable? rope) : ISubLayer
{
    private readonly float _scale = (float)(1 / Math.Sqrt(shape.HeadDim));

    /// <summary>To queries <c>[rows, heads, headDim]</c>.</summary>
    public required Projection Query { get; init; }

    /// <summary>To keys <c>[rows, keyValueHeads, headDim]</c>.</summary>
    public required Projection Key { get; init; }

    /// <summary>To values <c>[rows, keyValueHeads, headDim]</c>.</summary>
    public required Projection Value { get; init; }

    /// <summary>From the heads' outputs back to the width.</summary>
    public required Projection Output { get; init; }

    /// <summary>Norm over each head of the queries, where the family has one.</summary>
    public INorm? QueryNorm { get; init; }

    /// <summary>Norm over each head of the keys, where the family has one.</summary>
    public INorm? KeyNorm { get; init; }

    /// <inheritdoc/>
    public void Forward(Pass pass, float* x, float* y)
    {
        var mark = pass.Scratch.Mark();
        var (rows, kernels) = (pass.Rows, pass.Kernels);
        var (queryWidth, keyWidth) = (shape.Heads * shape.HeadDim, shape.KeyValueHeads * shape.HeadDim);
        var q = pass.Scratch.Take((long)rows * queryWidth);
        var k = pass.Scratch.Take((long)rows * keyWidth);
        var v = pass.Scratch.Take((long)rows * keyWidth);
        var heads = pass.Scratch.Take((long)rows * queryWidth);
        Query.Apply(pass, x, q);
        Key.Apply(pass, x, k);
        Value.Apply(pass, x, v);
        QueryNorm?.Apply(kernels, q, rows * shape.Heads, q);
        KeyNorm?.Apply(kernels, k, rows * shape.KeyValueHeads, k);
        if (rope is not null)
        {
            var (cos, sin) = pass.Rotation(rope);
            kernels.Rotate(q, rows, queryWidth, shape.Heads, shape.HeadDim, rope.RotaryDim, (float*)cos, (float*)sin);
            kernels.Rotate(k, rows, keyWidth, shape.KeyValueHeads, shape.HeadDim, rope.RotaryDim, (float*)cos, (float*)sin);
        }

        var segments = pass.Append(layer, k, v, keyWidth);
        kernels.Attention(segments, q, queryWidth, shape.Heads, _scale, shape.Window, heads, queryWidth);
        Output.Apply(pass, heads, y);
        pass.Scratch.Release(mark);
    }
}
