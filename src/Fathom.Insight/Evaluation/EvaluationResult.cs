namespace Fathom.Insight.Evaluation;

/// <summary>A comparison of detectors over several sets.</summary>
public sealed partial record EvaluationResult
{
    /// <summary>Name of the in-distribution set.</summary>
    public required string IdName { get; init; }

    /// <summary>Number of ID samples fitted on.</summary>
    public required int FitCount { get; init; }

    /// <summary>Number of ID samples tested on.</summary>
    public required int TestCount { get; init; }

    /// <summary>One row a detector and OOD set: sets in their order, in each the detectors in theirs.</summary>
    public required IReadOnlyList<ComparisonResult> Results { get; init; }

    /// <summary>Fit-versus-test control of every detector; empty when the fit samples were not scored.</summary>
    public required IReadOnlyList<FitTestControl> FitTest { get; init; }

    /// <summary>Correlation of every detector's score with the answers, all sets together and each with the ID test set; empty where the answers are not known.</summary>
    public IReadOnlyList<DetectorQuality> Quality { get; init; } = [];

    /// <summary>Online detection by every rule; empty where no calibration scores were kept.</summary>
    public IReadOnlyList<DetectorOnline> Online { get; init; } = [];

    /// <summary>Layer curves of the ID test samples, then of every OOD set.</summary>
    public required IReadOnlyList<SetTrajectories> Trajectories { get; init; }

    /// <summary>What a reader must know before trusting the numbers.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}
