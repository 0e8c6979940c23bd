using Fathom.Models.Running;
using Fathom.Models.Tracing;

namespace Fathom.Models.Blocks;

/// <summary>x += attention(norm(x)); x += feedForward(norm(x)).</summary>
internal sealed unsafe class PreNormBlock(INorm beforeAttention, ISubLayer attention, INorm beforeFeedForward, ISubLayer feedForward) : IBlock
{
    /// <inheritdoc/>
    public void Forward(Pass pass, float* x)
    {
        Add(pass, beforeAttention, attention, x, DropoutSites.Attention);
        Add(pass, beforeFeedForward, feedForward, x, DropoutSites.FeedForward);
    }

    private static void Add(Pass pass, INorm norm, ISubLayer layer, float* x, DropoutSites site)
    {
        var mark = pass.Scratch.Mark();
        var count = (long)pass.Rows * pass.Width;
        var normed = pass.Scratch.Take(count);
        var change = pass.Scratch.Take(count);
        norm.Apply(pass.Kernels, x, pass.Rows, normed);
        layer.Forward(pass, normed, change);
        pass.Drop(change, site);
        pass.Kernels.AddInPlace(change, count, x);
        pass.Scratch.Release(mark);
    }
}
