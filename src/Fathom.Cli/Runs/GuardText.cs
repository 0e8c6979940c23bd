using System.Globalization;
using Fathom.Cli.Output;
using Fathom.Insight.Detection;

namespace Fathom.Cli.Runs;

/// <summary>The same for people.</summary>
internal static class GuardText
{
    /// <summary>What a threshold rests on, a clause.</summary>
    public static string Ground(Threshold threshold)
    {
        var scores = $"{threshold.CalibrationCount} in-distribution scores";
        var source = threshold.Source == "held_out" ? "of samples kept out of the fit (held_out)" : $"each given by detectors that had not seen the sample ({threshold.Source})";
        return threshold.Rule switch
        {
            "youden" => string.Create(CultureInfo.InvariantCulture, $"best between {scores}, {source}, and {threshold.OodCount} out-of-distribution ones; {threshold.Level:P0} of the former lie below"),
            "conformal" => string.Create(CultureInfo.InvariantCulture, $"at most {1 - threshold.Level:P1} of new in-distribution samples lie above, by {scores}, {source}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{threshold.Level:P0} of {scores} lie below, {source}"),
        };
    }

    /// <summary>Which detector leads and why, a line.</summary>
    public static string Lead(FittedDetectorSet detectors) =>
        $"verdict: that of {detectors.Lead.Name}{(detectors.LeadReason.Length > 0 ? $", {detectors.LeadReason}; --lead of ood fit chooses another" : "")}";

    /// <summary>The lead's thresholds by group, where there are groups.</summary>
    public static void WriteGroups(TextWriter output, Terminal terminal, FittedDetectorSet detectors)
    {
        if (detectors.GroupField.Length == 0 || !detectors.CalibrationScores.TryGetValue(detectors.Lead.Name, out var scores)) return;
        var table = new TextTable(detectors.GroupField, ">calibration samples", $">threshold of {detectors.Lead.Name}");
        foreach (var group in scores.Groups)
        {
            var own = detectors.Judge(detectors.Lead.Name, 0, group).Group is not null;
            table.Row(group, scores.CountOf(group).ToString(CultureInfo.InvariantCulture), own ? TextTable.Cell(detectors.ThresholdOf(detectors.Lead.Name, group)!.Value) : "too few: that of all");
        }

        table.Write(output, terminal);
    }
}
