using System.Text.Json.Nodes;
using Fathom.Insight.Detection.Statistics;

namespace Fathom.Insight.Detection;

/// <summary>What calibration made, in the manifest and the tensors of a <see cref="DetectorFile"/>.</summary>
internal static class CalibrationJson
{
    public static JsonObject Of(Threshold threshold)
    {
        var json = new JsonObject
        {
            ["value"] = threshold.Value,
            ["rule"] = threshold.Rule,
            ["level"] = threshold.Level,
            ["source"] = threshold.Source,
            ["calibration_count"] = threshold.CalibrationCount,
            ["calibration_hash"] = threshold.CalibrationHash,
            ["calibration_sha256"] = threshold.CalibrationSha256,
        };
        if (threshold.OodCount == 0) return json;
        json["ood_count"] = threshold.OodCount;
        json["ood_hash"] = threshold.OodHash;
        json["ood_sha256"] = threshold.OodSha256;
        return json;
    }

    public static Threshold ReadThreshold(SettingsReader json, int version)
    {
        var ood = json.Has("ood_count");
        var threshold = new Threshold
        {
            Value = json.Number("value"),
            Rule = json.Text("rule"),
            Level = json.Number("level"),
            Source = json.Text("source"),
            CalibrationCount = json.Integer("calibration_count"),
            CalibrationHash = json.Text("calibration_hash"),
            CalibrationSha256 = version > 1 ? json.Text("calibration_sha256") : "",
            OodCount = ood ? json.Integer("ood_count") : 0,
            OodHash = ood ? json.Text("ood_hash") : "",
            OodSha256 = ood ? json.Text("ood_sha256") : "",
        };
        json.EnsureAllRead();
        return threshold;
    }

    public static JsonArray OfGroups(IReadOnlyDictionary<string, Threshold>? groups) => new(
    [
        .. (groups ?? new Dictionary<string, Threshold>()).OrderBy(static pair => pair.Key, StringComparer.Ordinal)
            .Select(static pair => (JsonNode)new JsonObject { ["group"] = pair.Key, ["threshold"] = Of(pair.Value) }),
    ]);

    public static Dictionary<string, Threshold> ReadGroups(SettingsReader detector, int version)
    {
        var groups = new Dictionary<string, Threshold>(StringComparer.Ordinal);
        foreach (var entry in detector.Objects("group_thresholds"))
        {
            var name = entry.Text("group");
            var threshold = ReadThreshold(entry.Object("threshold"), version);
            entry.EnsureAllRead();
            if (!groups.TryAdd(name, threshold)) throw new FathomException($"group '{name}' is there twice");
        }

        return groups;
    }

    public static JsonObject Of(CalibrationScores scores) => new()
    {
        ["step"] = scores.Step,
        ["groups"] = new JsonArray([.. scores.ByGroup.Select(static pair => (JsonNode)new JsonObject { ["group"] = pair.Key, ["count"] = pair.Value.Count })]),
    };

    public static void WriteScores(string detector, CalibrationScores scores, TensorBag tensors)
    {
        double[] kept = [.. scores.ByGroup.Values.SelectMany(static group => group.Kept.ToArray())];
        tensors.Add(NameOf(detector), kept, kept.Length);
    }

    public static CalibrationScores? ReadScores(string detector, SettingsReader entry, TensorBag tensors)
    {
        if (entry.OptionalObject("calibration") is not { } json) return null;
        var step = json.Integer("step");
        if (step < 1) throw new FathomException($"detector '{detector}': calibration step {step}; expected at least 1");
        var kept = tensors.ReadFinite(NameOf(detector), double.MinValue, -1);
        var groups = new List<(string, int, double[])>();
        var place = 0;
        foreach (var group in json.Objects("groups"))
        {
            var (name, count) = (group.Text("group"), group.Integer("count"));
            group.EnsureAllRead();
            var here = count < 1 ? 0 : (count - 1) / step + 1;
            if (here == 0 || here > kept.Length - place) throw new FathomException($"tensor '{NameOf(detector)}' has {kept.Length} scores; expected those of {count} samples in group '{name}'");
            if (groups.Exists(other => other.Item1 == name)) throw new FathomException($"detector '{detector}': calibration group '{name}' is there twice");
            var own = kept[place..(place + here)];
            for (var i = 1; i < own.Length; i++)
            {
                if (own[i] < own[i - 1]) throw new FathomException($"tensor '{NameOf(detector)}' does not ascend at {place + i}");
            }

            groups.Add((name, count, own));
            place += here;
        }

        json.EnsureAllRead();
        if (place != kept.Length || groups.Count == 0) throw new FathomException($"tensor '{NameOf(detector)}' has {kept.Length} scores; expected {place}");
        return new CalibrationScores(step, groups);
    }

    private static string NameOf(string detector) => $"calibration.{detector}.scores";
}
