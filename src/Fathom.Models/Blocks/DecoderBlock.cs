using Fathom.Models.Architectures;
using Fathom.Models.Running;
using Fathom.Models.Tracing;

namespace Fathom.Models.Blocks;

/// <summary>
/// One block: x += attention(norm(x)), x += feedForward(norm(x)), one after the other or both from the same x, with norms before what
/// reads the stream, on what is added to it, or behind the sums.
/// </summary>
internal sealed unsafe class DecoderBlock(LayerPlan plan, ISubLayer attention, ISubLayer feedForward) : IBlock
{
    /// <summary>Norm of what attention reads, or behind the sum after it.</summary>
    public INorm? AttentionNorm { get; init; }

    /// <summary>Norm of what attention adds.</summary>
    public INorm? AttentionOutputNorm { get; init; }

    /// <summary>Norm of what the feed-forward reads, or behind the sum after it.</summary>
    public INorm? FeedForwardNorm { get; init; }

    /// <summary>Norm of what the feed-forward adds.</summary>
    public INorm? FeedForwardOutputNorm { get; init; }

    /// <inheritdoc/>
    public void Forward(Pass pass, float* x)
    {
        if (plan.Parallel)
        {
            Parallel(pass, x);
            return;
        }

        Add(pass, AttentionNorm, attention, AttentionOutputNorm, x, DropoutSites.Attention);
        Add(pass, FeedForwardNorm, feedForward, FeedForwardOutputNorm, x, DropoutSites.FeedForward);
    }

    private void Add(Pass pass, INorm? norm, ISubLayer layer, INorm? outputNorm, float* x, DropoutSites site)
    {
        var mark = pass.Scratch.Mark();
        var count = (long)pass.Rows * pass.Width;
        var normed = pass.Scratch.Take(count);
        var change = pass.Scratch.Take(count);
        var before = plan.NormsBehindSums ? null : norm;
        before?.Apply(pass.Kernels, x, pass.Rows, normed);
        layer.Forward(pass, before is null ? x : normed, change);
        outputNorm?.Apply(pass.Kernels, change, pass.Rows, change);
        AddTo(pass, change, count, x, site);
        if (plan.NormsBehindSums) norm?.Apply(pass.Kernels, x, pass.Rows, x);
        pass.Scratch.Release(mark);
    }

    private void Parallel(Pass pass, float* x)
    {
        var mark = pass.Scratch.Mark();
        var count = (long)pass.Rows * pass.Width;
        var normed = pass.Scratch.Take(count);
        var first = pass.Scratch.Take(count);
        var second = pass.Scratch.Take(count);
        AttentionNorm?.Apply(pass.Kernels, x, pass.Rows, normed);
        var read = AttentionNorm is null ? x : normed;
        attention.Forward(pass, read, first);
        if (FeedForwardNorm is not null)
        {
            FeedForwardNorm.Apply(pass.Kernels, x, pass.Rows, normed);
            read = normed;
        }

        feedForward.Forward(pass, read, second);
        AttentionOutputNorm?.Apply(pass.Kernels, first, pass.Rows, first);
        FeedForwardOutputNorm?.Apply(pass.Kernels, second, pass.Rows, second);
        AddTo(pass, first, count, x, DropoutSites.Attention);
        AddTo(pass, second, count, x, DropoutSites.FeedForward);
        pass.Scratch.Release(mark);
    }

    private void AddTo(Pass pass, float* change, long count, float* x, DropoutSites site)
    {
        if (plan.ResidualScale != 1) pass.Kernels.Scale(change, plan.ResidualScale, count, change);
        pass.Drop(change, site);
        pass.Kernels.AddInPlace(change, count, x);
    }
}
