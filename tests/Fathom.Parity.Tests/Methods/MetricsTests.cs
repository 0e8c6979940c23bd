using System.Text.Json.Nodes;
using Fathom.Insight.Metrics;

namespace Fathom.Parity.Tests.Methods;

/// <summary>ood.json <c>metrics</c>, <c>correlation</c>, <c>online</c>; sklearn-metrics.json <c>binary</c>, <c>correlation</c>.</summary>
public sealed class MetricsTests
{
    private const double Exact = 1e-12;
    private static readonly JsonNode Ood = Golden.Json("ood.json");
    private static readonly JsonNode Sklearn = Golden.Json("sklearn-metrics.json");

    [Fact]
    public void SixCasesOfTheSpecification()
    {
        foreach (var (name, expected) in Ood["metrics"]!.AsObject())
        {
            var table = ScoreTable.Create(Golden.Numbers(expected!["id_scores"]), Golden.Numbers(expected["ood_scores"]));
            Golden.Near(Golden.Number(expected["auroc"]), table.Auroc(), 1e-9, name);
            Golden.Near(Golden.Number(expected["aupr_id_positive"]), table.AveragePrecision(), 1e-9, name);
            Golden.Near(Golden.Number(expected["aupr_ood_positive"]), table.AveragePrecisionOfNegatives(), 1e-9, name);
            Golden.Near(Golden.Number(expected["fpr95_standard"]), table.FalsePositiveRate(), 1e-9, name);
            Golden.Near(Golden.Number(expected["fpr95_nearest"]), table.FalsePositiveRate(0.95, RecallConvention.NearestRecall), 1e-9, name);
            var point = table.RocCurve(dropCollinear: false).First(p => p.TruePositiveRate >= 0.95);
            Golden.Near(Golden.Number(expected["threshold_standard"]), point.Threshold, 1e-9, name);
            Golden.Near(Golden.Number(expected["tpr_standard"]), point.TruePositiveRate, 1e-9, name);
        }
    }

    [Fact]
    public void BinaryMetricsOfScikitLearn()
    {
        using var file = Golden.Tensors("sklearn-metrics.safetensors");
        foreach (var expected in Sklearn["binary"]!.AsArray())
        {
            var name = (string)expected!["name"]!;
            var tensor = (string?)expected["tensor"];
            var labels = tensor is null ? Golden.Numbers(expected["labels"]) : Golden.Doubles(file, $"set.{tensor}.labels");
            var scores = tensor is null ? Golden.Numbers(expected["scores"]) : Golden.Doubles(file, $"set.{tensor}.scores");
            double[] positives = [.. scores.Where((_, i) => labels[i] == 1)], negatives = [.. scores.Where((_, i) => labels[i] == 0)];
            var table = ScoreTable.Create(positives, negatives);
            if (name == "single_class")
            {
                Assert.True(double.IsNaN(table.Auroc()));
                Assert.NotEmpty(DetectionMetrics.Of(table).Warnings);
                continue;
            }

            Golden.Near(Golden.Number(expected["roc_auc"]), table.Auroc(), Exact, name);
            Golden.Near(Golden.Number(expected["mann_whitney_u"]), table.TwiceMannWhitneyU / 2.0, Exact, name);
            Golden.Near(Golden.Number(expected["aupr_in"]), table.AveragePrecision(), Exact, name);
            Golden.Near(Golden.Number(expected["aupr_out"]), table.AveragePrecisionOfNegatives(), Exact, name);
            Golden.Near(Golden.Number(expected["fpr95_standard"]), table.FalsePositiveRate(), Exact, name);
            Golden.Near(Golden.Number(expected["fpr95_nearest"]), table.FalsePositiveRate(0.95, RecallConvention.NearestRecall), Exact, name);
            var youden = ThresholdMetrics.Of(negatives, positives, ThresholdMetrics.YoudenThreshold(negatives, positives));

            // Ours calls positive what is strictly above an observed score, theirs also what equals the lowest: never better.
            Golden.Near(Math.Max(0, Golden.Number(expected["youden_j_max"])), Math.Max(0, youden.YoudenJ), Exact, name);
            if (expected["roc_curve_all"] is { } curve)
            {
                var points = table.RocCurve(dropCollinear: false);
                Golden.Near(Golden.Numbers(curve["fpr"]), [.. points.Select(p => p.FalsePositiveRate)], Exact, name);
                Golden.Near(Golden.Numbers(curve["tpr"]), [.. points.Select(p => p.TruePositiveRate)], Exact, name);
            }
        }
    }

    [Fact]
    public void CorrelationOfTheSpecification()
    {
        var expected = Ood["correlation"]!;
        double[] score = Golden.Numbers(expected["ood_score"]), match = Golden.Numbers(expected["binary_match"]);
        double[] negated = [.. score.Select(s => -s)];
        Golden.Near(Golden.Number(expected["kendall_tau_b"]), Correlation.KendallTauB(score, match), 1e-9, "tau");
        Golden.Near(Golden.Number(expected["spearman"]), Correlation.Spearman(score, match), 1e-9, "rho");
        Golden.Near(Golden.Number(expected["kendall_tau_b_negated_score"]), Correlation.KendallTauB(negated, match), 1e-9, "negated");
        var plain = expected["spearman_no_ties"]!;
        Golden.Near(Golden.Number(plain["kendall"]), Correlation.KendallTauB(Golden.Numbers(plain["x"]), Golden.Numbers(plain["y"])), 1e-9, "plain tau");
        Golden.Near(Golden.Number(plain["rho"]), Correlation.Spearman(Golden.Numbers(plain["x"]), Golden.Numbers(plain["y"])), 1e-9, "plain rho");
    }

    [Fact]
    public void CorrelationsOfScipy()
    {
        using var file = Golden.Tensors("sklearn-metrics.safetensors");
        foreach (var expected in Sklearn["correlation"]!.AsArray())
        {
            var name = (string)expected!["name"]!;
            var tensor = (string?)expected["tensor"];
            var x = tensor is null ? Golden.Numbers(expected["x"]) : Golden.Doubles(file, $"cor.{tensor}.x");
            var y = tensor is null ? Golden.Numbers(expected["y"]) : Golden.Doubles(file, $"cor.{tensor}.y");
            Golden.Near(Golden.Number(expected["kendall_tau_b"]), Correlation.KendallTauB(x, y), Exact, name);
            Golden.Near(Golden.Number(expected["spearman"]), Correlation.Spearman(x, y), Exact, name);
            Golden.Near(Golden.Number(expected["pearson"]), Correlation.Pearson(x, y), Exact, name);
        }
    }

    [Fact]
    public void OnlineThresholds()
    {
        var expected = Ood["online"]!;
        double[] id = Golden.Numbers(expected["id_calibration_ood_scores"]), ood = Golden.Numbers(expected["ood_scores"]);
        var quantile = Scores.Quantile(id, 0.95);
        Golden.Near(Golden.Number(expected["threshold_q95_linear_interp"]), quantile, 1e-12, "q95");
        var at = ThresholdMetrics.Of(id, ood, quantile);
        Golden.Near(Golden.Number(expected["accuracy_q95"]), at.Accuracy, 1e-12, "accuracy");
        Golden.Near(Golden.Number(expected["balanced_accuracy_q95"]), at.BalancedAccuracy, 1e-12, "balanced");
        var youden = ThresholdMetrics.Of(id, ood, ThresholdMetrics.YoudenThreshold(id, ood));
        Golden.Near(Golden.Number(expected["threshold_youden"]), youden.Threshold, 1e-12, "Youden");
        Golden.Near(Golden.Number(expected["youden_J"]), youden.YoudenJ, 1e-12, "J");
        Golden.Near(Golden.Number(expected["accuracy_youden"]), youden.Accuracy, 1e-12, "Youden accuracy");
    }
}
