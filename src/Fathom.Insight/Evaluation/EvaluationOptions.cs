using Fathom.Insight.Metrics;

namespace Fathom.Insight.Evaluation;

/// <summary>Settings of an evaluation; equal settings and scores give equal results to the bit, whatever the threads.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Intervals.</summary>
    public BootstrapOptions Bootstrap { get; init; } = new();

    /// <summary>Largest size of a subsample of an OOD set; default 240.</summary>
    public int SubsampleSize { get; init; } = 240;

    /// <summary>Number of subsamples, seeds 0, 1, …; default 10.</summary>
    public int Subsamples { get; init; } = 10;

    /// <summary>Shuffles of the ID and OOD labels; default 200.</summary>
    public int Permutations { get; init; } = 200;

    /// <summary>Relative difference of prompt lengths up to which two samples match (at least one token); default 0.05.</summary>
    public double LengthCalliper { get; init; } = 0.05;

    /// <summary>Seed of the permutations and of the length matching; default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Comparisons computed at once; default one a processor.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    internal void Validate()
    {
        Bootstrap.Validate();
        if (SubsampleSize < 1) throw new FathomException($"evaluation: subsample size {SubsampleSize}; expected at least 1");
        if (Subsamples < 0) throw new FathomException($"evaluation: {Subsamples} subsamples; expected 0 or more");
        if (Permutations < 0) throw new FathomException($"evaluation: {Permutations} permutations; expected 0 or more");
        if (!(LengthCalliper >= 0 && double.IsFinite(LengthCalliper))) throw new FathomException($"evaluation: length calliper {LengthCalliper}; expected 0 or more");
        if (Threads < 1) throw new FathomException($"evaluation: {Threads} threads; expected at least 1");
    }
}
