namespace Fathom.Models.Architectures;

/// <summary>One block: attention and a feed-forward (or a mixture), and the norms around them.</summary>
internal sealed record LayerPlan
{
    /// <summary>Attention.</summary>
    public required AttentionPlan Attention { get; init; }

    /// <summary>The feed-forward, where there is one.</summary>
    public FeedForwardPlan? FeedForward { get; init; }

    /// <summary>The mixture of feed-forwards, where there is one.</summary>
    public MixturePlan? Mixture { get; init; }

    /// <summary>Norm of what attention reads, or behind the sum after it.</summary>
    public NormPlan? AttentionNorm { get; init; }

    /// <summary>Norm of what attention adds.</summary>
    public NormPlan? AttentionOutputNorm { get; init; }

    /// <summary>Norm of what the feed-forward reads, or behind the sum after it.</summary>
    public NormPlan? FeedForwardNorm { get; init; }

    /// <summary>Norm of what the feed-forward adds.</summary>
    public NormPlan? FeedForwardOutputNorm { get; init; }

    /// <summary>Whether both read the stream as it enters the block.</summary>
    public bool Parallel { get; init; }

    /// <summary>Whether the norms stand behind the sums.</summary>
    public bool NormsBehindSums { get; init; }

    /// <summary>Factor on what is added to the stream.</summary>
    public float ResidualScale { get; init; } = 1;

    /// <summary>Every tensor in the order of the pass.</summary>
    public IEnumerable<(string Name, int[] Shape)> Tensors =>
    [
        .. AttentionNorm?.Tensors ?? [], .. Attention.Tensors, .. AttentionOutputNorm?.Tensors ?? [],
        .. FeedForwardNorm?.Tensors ?? [], .. FeedForward?.Tensors ?? [], .. Mixture?.Tensors ?? [], .. FeedForwardOutputNorm?.Tensors ?? [],
    ];

    /// <summary>Its linear layers.</summary>
    public IEnumerable<LinearPlan> Linears => [.. Attention.Linears, .. FeedForward?.Linears ?? [], .. Mixture?.Linears ?? []];
}
