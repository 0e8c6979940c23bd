namespace Fathom.Insight.Metrics;

/// <summary>Settings of the bootstrap.</summary>
public sealed record BootstrapOptions
{
    /// <summary>Number of resamples; default 1000.</summary>
    public int Resamples { get; init; } = 1000;

    /// <summary>Share of the distribution inside the interval; default 0.95.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Seed; resample r draws from stream r, so that the result does not depend on how the work is split. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>How the interval is read; default percentile.</summary>
    public BootstrapMethod Method { get; init; } = BootstrapMethod.Percentile;

    internal void Validate()
    {
        if (Resamples < 2) throw new FathomException($"bootstrap: {Resamples} resamples; expected at least 2");
        if (Confidence is not (> 0 and < 1)) throw new FathomException($"bootstrap: confidence {Confidence}; expected a number between 0 and 1");
    }
}
