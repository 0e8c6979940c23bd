using Fathom.Insight.Detection;
using Fathom.Insight.Evaluation;

namespace Fathom.Cli.Experiments;

/// <summary>What one repetition gave.</summary>
/// <param name="Setting">Its rows.</param>
/// <param name="Result">Metrics and controls.</param>
/// <param name="Detectors">The fitted detectors.</param>
/// <param name="Test">Scores of the in-distribution test rows.</param>
/// <param name="Foreign">Scores of the other sets.</param>
/// <param name="Taught">Best value of the metric the training watched, with its name; null where the model was not taught.</param>
/// <param name="Accuracy">Share of in-distribution test rows whose class has the largest class logit; null where none are kept.</param>
/// <param name="Times">Seconds that varied from run to run.</param>
internal sealed record SeedOutcome(
    SeedSetting Setting,
    EvaluationResult Result,
    FittedDetectorSet Detectors,
    ScoredSet Test,
    IReadOnlyList<ScoredSet> Foreign,
    (string Metric, double Value)? Taught,
    double? Accuracy,
    SeedTimes Times);
