using System.Text.Json.Nodes;
using Fathom.Cli.Output;
using Fathom.Reports;

namespace Fathom.Cli.Experiments;

/// <summary>One detector on one set over all repetitions.</summary>
internal sealed record SummaryRow(
    string Detector,
    string Set,
    int IdCount,
    int OodCount,
    SeedEstimate Auroc,
    SeedEstimate Fpr95,
    SeedEstimate AuprIn,
    SeedEstimate AuprOut,
    SeedEstimate LengthMatchedAuroc,
    double LengthAuroc,
    double FalseAlarmRate,
    double DetectionRate)
{
    /// <summary>For the report.</summary>
    public ResultRow ToReport() => new(Detector, Set, IdCount, OodCount, Auroc.ToEstimate(), Fpr95.ToEstimate(), AuprIn.Mean, AuprOut.Mean)
    {
        AurocLengthMatched = double.IsFinite(LengthMatchedAuroc.Mean) ? LengthMatchedAuroc.ToEstimate() : null,
    };

    /// <summary>For <c>result.json</c>.</summary>
    public JsonObject ToJson() => new()
    {
        ["detector"] = Detector,
        ["set"] = Set,
        ["id_count"] = IdCount,
        ["ood_count"] = OodCount,
        ["auroc"] = Auroc.ToJson(),
        ["fpr95"] = Fpr95.ToJson(),
        ["aupr_in"] = AuprIn.ToJson(),
        ["aupr_out"] = AuprOut.ToJson(),
        ["length_matched_auroc"] = LengthMatchedAuroc.ToJson(),
        ["length_auroc"] = JsonText.Number(LengthAuroc),
        ["threshold_false_alarm_rate"] = JsonText.Number(FalseAlarmRate),
        ["threshold_detection_rate"] = JsonText.Number(DetectionRate),
    };
}
