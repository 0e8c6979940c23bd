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

    /// <summary>A scored sample with every detector's verdict.</summary>
    public static JsonObject Of(Trace trace, IReadOnlyList<KeyValuePair<string, double>> scores, FittedDetectorSet detectors)
    {
        var line = Of(trace, scores);
        var outside = new JsonObject();
        foreach (var (name, score) in scores)
        {
            outside[name] = detectors.Thresholds.ContainsKey(name) ? detectors.IsOutside(name, score) : null;
        }

        line["outside"] = outside;
        return line;
    }
}
