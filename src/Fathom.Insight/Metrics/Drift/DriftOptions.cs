namespace Fathom.Insight.Metrics;

/// <summary>Settings of a <see cref="DriftMonitor"/>.</summary>
public sealed record DriftOptions
{
    /// <summary>Chance of ever raising an alarm, however long the stream, while nothing has moved; default 0.01.</summary>
    public double FalseAlarmRate { get; init; } = 0.01;

    /// <summary>Share of the capital that is spread anew over the bets at every sample; default 0.01, as published.</summary>
    public double JumpRate { get; init; } = 0.01;

    /// <summary>Seed of the draws that break ties; default 0.</summary>
    public ulong Seed { get; init; }

    internal void Validate()
    {
        if (FalseAlarmRate is not (> 0 and < 1)) throw new FathomException($"drift: false-alarm rate {FalseAlarmRate}; expected a number between 0 and 1");
        if (JumpRate is not (> 0 and <= 1)) throw new FathomException($"drift: jump rate {JumpRate}; expected a number above 0 and at most 1");
    }
}
