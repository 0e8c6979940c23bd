using Fathom.Insight.Evaluation;

namespace Fathom.Parity.Tests.Methods;

/// <summary>ood.json <c>correlation</c> and <c>online</c> through the evaluations.</summary>
public sealed class QualityAndOnlineTests
{
    [Fact]
    public void QualityCorrelatesTheNegatedScore()
    {
        var expected = Golden.Json("ood.json")["correlation"]!;
        var quality = QualityEvaluation.Of(Golden.Numbers(expected["ood_score"]), [.. Golden.Numbers(expected["binary_match"]).Select(match => match == 1)]);
        Golden.Near(Golden.Number(expected["kendall_tau_b_negated_score"]), quality.KendallTauB, 1e-9, "tau");
        Golden.Near(-Golden.Number(expected["spearman"]), quality.Spearman, 1e-9, "rho");
        Assert.Equal((6, 3), (quality.Count, quality.CorrectCount));
    }

    [Fact]
    public void OnlineByQuantileAndYouden()
    {
        var expected = Golden.Json("ood.json")["online"]!;
        double[] id = Golden.Numbers(expected["id_calibration_ood_scores"]), ood = Golden.Numbers(expected["ood_scores"]);
        var results = OnlineEvaluation.Of(id, ood, id, ood).ToDictionary(result => result.Rule);

        // Ten samples cannot promise one false alarm in twenty.
        Assert.Equal(["quantile", "youden"], results.Keys);
        Golden.Near(Golden.Number(expected["threshold_q95_linear_interp"]), results["quantile"].Metrics.Threshold, 1e-12, "q95");
        Golden.Near(Golden.Number(expected["accuracy_q95"]), results["quantile"].Metrics.Accuracy, 1e-12, "accuracy");
        Golden.Near(Golden.Number(expected["balanced_accuracy_q95"]), results["quantile"].Metrics.BalancedAccuracy, 1e-12, "balanced accuracy");
        Golden.Near(Golden.Number(expected["threshold_youden"]), results["youden"].Metrics.Threshold, 1e-12, "Youden");
        Golden.Near(Golden.Number(expected["youden_J"]), results["youden"].Metrics.YoudenJ, 1e-12, "J");
        Golden.Near(Golden.Number(expected["accuracy_youden"]), results["youden"].Metrics.Accuracy, 1e-12, "Youden accuracy");
        Golden.Near(Golden.Number(expected["accuracy_youden"]), results["youden"].Accuracy.Mean, 1e-12, "every sampling is the whole of five");
        Assert.Equal(0, results["youden"].Accuracy.StandardDeviation, 1e-15);
    }
}
