using Fathom.Models.Architectures;
using Fathom.Models.Positions;
using Fathom.Models.Running;

namespace Fathom.Models.Blocks;

/// <summary>
/// Causal grouped-query attention as its plan says: rotary positions, ALiBi or none, norms of queries and keys before the rotation, a
/// window, a soft cap.
/// </summary>
internal sealed unsafe class CausalAttention(int layer, AttentionPlan plan, RopeTable? rope, AlibiTable? alibi) : ISubLayer
{
    /// <summary>To queries <c>[rows, heads, headDim]</c>.</summary>
    public required Projection Query { get; init; }

    /// <summary>To keys <c>[rows, keyValueHeads, headDim]</c>.</summary>
    public required Projection Key { get; init; }

    /// <summary>To values <c>[rows, keyValueHeads, headDim]</c>.</summary>
    public required Projection Value { get; init; }

    /// <summary>From the heads' outputs back to the width.</summary>
    public required Projection Output { get; init; }

    /// <summary>Norm of the queries, where the family has one.</summary>
    public INorm? QueryNorm { get; init; }

    /// <summary>Norm of the keys, where the family has one.</summary>
    public INorm? KeyNorm { get; init; }

    /// <inheritdoc/>
    public void Forward(Pass pass, float* x, float* y)
    {
        var mark = pass.Scratch.Mark();
        var (rows, kernels) = (pass.Rows, pass.Kernels);
        var (queryWidth, keyWidth) = (plan.Heads * plan.HeadDim, plan.KeyValueHeads * plan.HeadDim);
        var q = pass.Scratch.Take((long)rows * queryWidth);
        var k = pass.Scratch.Take((long)rows * keyWidth);
        var v = pass.Scratch.Take((long)rows * keyWidth);
        var heads = pass.Scratch.Take((long)rows * queryWidth);
        Query.Apply(pass, x, q);
        Key.Apply(pass, x, k);
        Value.Apply(pass, x, v);
        QueryNorm?.Apply(kernels, q, rows * (queryWidth / plan.QueryNorm!.Width), q);
        KeyNorm?.Apply(kernels, k, rows * (keyWidth / plan.KeyNorm!.Width), k);
        if (rope is not null)
        {
            var (cos, sin) = pass.Rotation(rope);
            kernels.Rotate(q, rows, queryWidth, plan.Heads, plan.HeadDim, rope.RotaryDim, (float*)cos, (float*)sin);
            kernels.Rotate(k, rows, keyWidth, plan.KeyValueHeads, plan.HeadDim, rope.RotaryDim, (float*)cos, (float*)sin);
        }

        var segments = pass.Append(layer, k, v, keyWidth);
        if (alibi is null && plan.SoftCap == 0) kernels.Attention(segments, q, queryWidth, plan.Heads, plan.Scale, plan.Window, heads, queryWidth);
        else kernels.WideAttention(pass.Wide(segments, alibi), q, queryWidth, plan.Heads, plan.Scale, plan.Window, 0, heads, queryWidth, plan.SoftCap);
        Output.Apply(pass, heads, y);
        pass.Scratch.Release(mark);
    }
}
