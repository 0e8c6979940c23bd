namespace Fathom.Models.Generation;

/// <summary>How much runs at a time. Nothing here changes a bit of any result.</summary>
public sealed record BatchOptions
{
    /// <summary>Most sequences under way together. Default 64.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Most bytes of keys and values of all sequences together; a single sequence may always run. Default 128 MiB.</summary>
    public long MaxCacheBytes { get; init; } = 128L << 20;

    /// <summary>Most tokens in one pass. Default 512.</summary>
    public int MaxTokensPerPass { get; init; } = Running.PassRunner.MostRows;

    /// <summary>Complains about the first value out of range.</summary>
    /// <exception cref="FathomException">A value is out of range.</exception>
    public void Validate()
    {
        if (BatchSize < 1) throw new FathomException($"batch size is {BatchSize}, expected at least 1");
        if (MaxCacheBytes < 1) throw new FathomException($"the cache limit is {MaxCacheBytes} bytes, expected a positive number");
        if (MaxTokensPerPass < 1) throw new FathomException($"tokens per pass is {MaxTokensPerPass}, expected at least 1");
    }
}
