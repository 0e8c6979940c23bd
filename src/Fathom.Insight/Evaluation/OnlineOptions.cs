namespace Fathom.Insight.Evaluation;

/// <summary>Settings of the online evaluation.</summary>
public sealed record OnlineOptions
{
    /// <summary>Quantile of the calibration scores that is the threshold of rule <c>quantile</c>, and 1 minus the promise of rule <c>conformal</c>; default 0.95.</summary>
    public double Level { get; init; } = 0.95;

    /// <summary>Samplings over which the spread is taken; default 10, seeds 0, 1, …</summary>
    public int Samplings { get; init; } = 10;

    /// <summary>Most OOD samples of a sampling; default 240.</summary>
    public int SamplingSize { get; init; } = 240;

    internal void Validate()
    {
        if (Level is not (> 0 and < 1)) throw new FathomException($"online evaluation: level {Level}; expected a number between 0 and 1");
        if (Samplings < 1) throw new FathomException($"online evaluation: {Samplings} samplings; expected at least 1");
        if (SamplingSize < 1) throw new FathomException($"online evaluation: samplings of {SamplingSize}; expected at least 1 sample");
    }
}
