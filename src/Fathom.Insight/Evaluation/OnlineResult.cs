using Fathom.Insight.Metrics;

namespace Fathom.Insight.Evaluation;

/// <summary>What one threshold does to samples that had no part in choosing it.</summary>
/// <param name="Rule">How it was chosen: <c>quantile</c>, <c>conformal</c> (both from ID scores alone) or <c>youden</c> (from offline ID and OOD scores).</param>
/// <param name="Metrics">On all online samples.</param>
/// <param name="Accuracy">Mean and standard deviation over samplings: the robustness of the method.</param>
/// <param name="BalancedAccuracy">The same for balanced accuracy.</param>
public sealed record OnlineResult(string Rule, ThresholdMetrics Metrics, MeanAndSpread Accuracy, MeanAndSpread BalancedAccuracy);
