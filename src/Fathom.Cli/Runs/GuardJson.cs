using System.Text.Json.Nodes;
using Fathom.Cli.Output;
using Fathom.Insight.Detection;

namespace Fathom.Cli.Runs;

/// <summary>Thresholds and calibration of fitted detectors for <c>--json</c>.</summary>
internal static class GuardJson
{
    /// <summary>What the thresholds rest on.</summary>
    public static JsonObject? Calibration(FittedDetectorSet detectors)
    {
        if (!detectors.Thresholds.TryGetValue(detectors.Lead.Name, out var threshold)) return null;
        var all = detectors.Thresholds.Values.MaxBy(own => own.CalibrationCount)!;
        var json = new JsonObject
        {
            ["source"] = threshold.Source,
            ["rule"] = threshold.Rule,
            ["count"] = all.CalibrationCount,
            ["hash"] = all.CalibrationHash,
            ["sha256"] = all.CalibrationSha256.Length > 0 ? all.CalibrationSha256 : null,
            ["group_field"] = detectors.GroupField.Length > 0 ? detectors.GroupField : null,
        };
        if (threshold.OodCount > 0) json["ood"] = new JsonObject { ["count"] = threshold.OodCount, ["hash"] = threshold.OodHash, ["sha256"] = threshold.OodSha256 };
        return json;
    }

    /// <summary>A detector's thresholds.</summary>
    public static JsonObject Detector(FittedDetectorSet detectors, string name)
    {
        var json = new JsonObject { ["detector"] = name };
        if (!detectors.Thresholds.TryGetValue(name, out var threshold)) return json;
        foreach (var (key, value) in Threshold(threshold)) json[key] = value?.DeepClone();
        if (detectors[name].Definition is CombinedDetector combined) json["members"] = JsonText.Texts(combined.Members.Select(member => member.Name));
        if (!detectors.GroupThresholds.TryGetValue(name, out var groups)) return json;
        json["groups"] = new JsonArray([.. groups.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair =>
        {
            var group = new JsonObject { ["group"] = pair.Key };
            foreach (var (key, value) in Threshold(pair.Value)) group[key] = value?.DeepClone();
            return (JsonNode)group;
        })]);
        return json;
    }

    private static JsonObject Threshold(Threshold threshold) => new()
    {
        ["threshold"] = JsonText.Number(threshold.Value),
        ["rule"] = threshold.Rule,
        ["level"] = threshold.Level,
        ["source"] = threshold.Source,
        ["calibration_count"] = threshold.CalibrationCount,
        ["calibration_hash"] = threshold.CalibrationHash,
    };
}
