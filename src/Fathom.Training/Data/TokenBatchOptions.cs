namespace Fathom.Training;

/// <summary>How samples are put together.</summary>
public sealed record TokenBatchOptions
{
    /// <summary>Sequences of a step; null where <see cref="Tokens"/> says how much.</summary>
    public int? Sequences { get; init; }

    /// <summary>Tokens of a step at most: sequences are packed end to end as long as they fit.</summary>
    public int? Tokens { get; init; }

    /// <summary>Tokens computed at once at most; a step of more is done in parts whose gradients add up to the same. A longer sequence is a part of its own.</summary>
    public int MaxTokensPerMicroBatch { get; init; } = 4096;

    /// <summary>Whether the tokens that all sequences of a part begin with are computed once; see <see cref="TokenBatch"/>. With dropout they draw one mask.</summary>
    public bool SharePrefix { get; init; }

    /// <summary>Seed of the order.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether every pass goes through the samples in another order.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Complains about the first value out of range.</summary>
    /// <exception cref="FathomException">A value is out of range.</exception>
    public void Validate()
    {
        if (Sequences is null == Tokens is null) throw new FathomException("a batch needs either a number of sequences or a number of tokens");
        if (Sequences < 1) throw new FathomException($"a batch needs at least one sequence, not {Sequences}");
        if (Tokens < 1) throw new FathomException($"a batch needs at least one token, not {Tokens}");
        if (MaxTokensPerMicroBatch < 1) throw new FathomException($"a micro-batch needs at least one token, not {MaxTokensPerMicroBatch}");
    }
}
