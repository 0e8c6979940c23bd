using System.Text.Json.Nodes;
using Fathom.Cli.Output;
using Fathom.Insight.Detection;
using Fathom.Models.Tracing;

namespace Fathom.Cli.Runs;

/// <summary>One line of <c>samples.jsonl</c>.</summary>
internal static class SampleJson
{
    /// <summary>A scored sample.</summary>
    public static JsonObject Of(Trace trace, IReadOnlyList<KeyValuePair<string, double>> scores)
    {
        var byName = new JsonObject();
        foreach (var (name, score) in scores)
        {
            byName[name] = JsonText.Number(score);
        }

        return new JsonObject
        {
            ["index"] = trace.Index,
            ["text"] = trace.Text,
            ["output"] = trace.Output,
            ["tokens"] = JsonText.Numbers(trace.OutputTokens),
            ["scores"] = byName,
        };
    }

    /// <summary>A scored sample with what every detector says of it, and the verdict.</summary>
    public static JsonObject Of(Trace trace, IReadOnlyList<KeyValuePair<string, double>> scores, FittedDetectorSet detectors, Verdict verdict, string? group)
    {
        var line = Of(trace, scores);
        var (outside, pValues) = (new JsonObject(), new JsonObject());
        foreach (var (name, score) in scores)
        {
            var own = detectors.Judge(name, score, group);
            outside[name] = own.IsOutside;
            pValues[name] = own.PValue is { } p ? JsonText.Number(p) : null;
        }

        line["outside"] = outside;
        line["p_values"] = pValues;
        line["verdict"] = new JsonObject { ["detector"] = verdict.Detector, ["outside"] = verdict.IsOutside, ["p_value"] = verdict.PValue is { } value ? JsonText.Number(value) : null };
        if (detectors.GroupField.Length == 0) return line;
        line["group"] = group;
        line["verdict"]!["threshold_of"] = verdict.Group is null ? "all" : "group";
        return line;
    }
}
