using System.Text.Json.Nodes;
using Fathom.Insight.Metrics;

namespace Fathom.Insight.Evaluation;

/// <content>JSON for <c>ood evaluate --json</c> and <c>result.json</c>.</content>
public sealed partial record EvaluationResult
{
    /// <summary>
    /// The keys <c>id</c>, <c>results</c>, <c>quality</c>, <c>online</c>, <c>controls</c>, <c>trajectories</c> and <c>warnings</c>; the caller puts <c>command</c> and
    /// <c>model</c> before them and <c>throughput</c> after. NaN becomes null.
    /// </summary>
    public JsonObject ToJson() => new()
    {
        ["id"] = new JsonObject { ["name"] = IdName, ["fit_count"] = FitCount, ["test_count"] = TestCount },
        ["results"] = new JsonArray([.. Results.Select(Row)]),
        ["quality"] = new JsonArray([.. Quality.Select(Row)]),
        ["online"] = new JsonArray([.. Online.Select(Row)]),
        ["controls"] = new JsonArray([.. FitTest.Select(static control => new JsonObject
        {
            ["detector"] = control.Detector,
            ["fit_test_auroc"] = Number(control.Auroc),
            ["fit_test_sound"] = control.IsSound,
        })]),
        ["trajectories"] = new JsonArray([.. Trajectories.Select(static set => new JsonObject
        {
            ["set"] = set.Set,
            ["step_length"] = Curve(set.StepLengths),
            ["distance"] = Curve(set.Distances),
        })]),
        ["warnings"] = new JsonArray([.. Warnings.Select(static warning => (JsonNode)warning)]),
    };

    private static JsonObject Row(ComparisonResult row)
    {
        var json = new JsonObject
        {
            ["detector"] = row.Detector,
            ["set"] = row.Set,
            ["id_count"] = row.Metrics.IdCount,
            ["ood_count"] = row.Metrics.OodCount,
            ["auroc"] = Number(row.Metrics.Auroc),
            ["fpr95"] = Number(row.Metrics.Fpr95),
            ["aupr_in"] = Number(row.Metrics.AuprIn),
            ["aupr_out"] = Number(row.Metrics.AuprOut),
            ["fpr95_nearest"] = Number(row.Metrics.Fpr95Nearest),
            ["auroc_interval"] = Pair(row.Intervals.Auroc),
            ["fpr95_interval"] = Pair(row.Intervals.Fpr95),
            ["aupr_in_interval"] = Pair(row.Intervals.AuprIn),
            ["aupr_out_interval"] = Pair(row.Intervals.AuprOut),
            ["subsampled_auroc_mean"] = Number(row.SubsampledAuroc.Mean),
            ["subsampled_auroc_std"] = Number(row.SubsampledAuroc.StandardDeviation),
            ["subsampled_fpr95_mean"] = Number(row.SubsampledFpr95.Mean),
            ["subsampled_fpr95_std"] = Number(row.SubsampledFpr95.StandardDeviation),
            ["length_spearman"] = Number(row.Length.Spearman),
            ["length_auroc"] = Number(row.Length.LengthAuroc),
            ["length_matched_count"] = row.Length.MatchedCount,
            ["length_matched_auroc"] = Number(row.Length.MatchedAuroc),
            ["length_matched_length_auroc"] = Number(row.Length.MatchedLengthAuroc),
            ["permuted_auroc_mean"] = Number(row.Permutation.MeanAuroc),
            ["permutation_p_value"] = Number(row.Permutation.PValue),
        };
        if (row.AtThreshold is { } at)
        {
            json["threshold"] = Number(at.Threshold);
            json["threshold_false_alarm_rate"] = Number(at.FalseAlarmRate);
            json["threshold_detection_rate"] = Number(at.DetectionRate);
            json["threshold_accuracy"] = Number(at.Accuracy);
            json["threshold_balanced_accuracy"] = Number(at.BalancedAccuracy);
        }

        return json;
    }

    private static JsonObject Row(DetectorQuality row) => new()
    {
        ["detector"] = row.Detector,
        ["set"] = row.Set,
        ["count"] = row.Quality.Count,
        ["correct_count"] = row.Quality.CorrectCount,
        ["kendall_tau_b"] = Number(row.Quality.KendallTauB),
        ["kendall_p_value"] = Number(row.Quality.KendallPValue),
        ["spearman"] = Number(row.Quality.Spearman),
        ["spearman_p_value"] = Number(row.Quality.SpearmanPValue),
        ["auroc"] = Number(row.Quality.Auroc),
    };

    private static JsonObject Row(DetectorOnline row) => new()
    {
        ["detector"] = row.Detector,
        ["set"] = row.Set,
        ["rule"] = row.Result.Rule,
        ["threshold"] = Number(row.Result.Metrics.Threshold),
        ["accuracy"] = Number(row.Result.Metrics.Accuracy),
        ["balanced_accuracy"] = Number(row.Result.Metrics.BalancedAccuracy),
        ["false_alarm_rate"] = Number(row.Result.Metrics.FalseAlarmRate),
        ["detection_rate"] = Number(row.Result.Metrics.DetectionRate),
        ["accuracy_mean"] = Number(row.Result.Accuracy.Mean),
        ["accuracy_std"] = Number(row.Result.Accuracy.StandardDeviation),
        ["balanced_accuracy_mean"] = Number(row.Result.BalancedAccuracy.Mean),
        ["balanced_accuracy_std"] = Number(row.Result.BalancedAccuracy.StandardDeviation),
    };

    private static JsonObject? Curve(LayerCurve? curve) => curve is null ? null : new JsonObject
    {
        ["first_layer"] = curve.FirstLayer,
        ["count"] = curve.Count,
        ["mean"] = new JsonArray([.. curve.Mean.Select(Number)]),
        ["std"] = new JsonArray([.. curve.StandardDeviation.Select(Number)]),
        ["late_share"] = Number(curve.LateShare()),
        ["late_share_without_last"] = Number(curve.LateShare(withoutLast: true)),
    };

    private static JsonArray Pair(Interval interval) => [Number(interval.Low), Number(interval.High)];

    private static JsonNode? Number(double value) => double.IsFinite(value) ? value : null;
}
