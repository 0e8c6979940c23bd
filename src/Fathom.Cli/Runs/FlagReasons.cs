using System.Text.Json;
using System.Text.Json.Nodes;
using Fathom.Cli.Output;
using Fathom.Insight.Detection;
using Fathom.Models.Tracing;

namespace Fathom.Cli.Runs;

/// <summary>Why a sample was flagged, for <c>samples.jsonl</c>.</summary>
internal static class FlagReasons
{
    /// <summary>What follows from its trace: the parts of the leading score, what each layer adds, the nearest known samples.</summary>
    public static JsonObject Of(Trace trace, FittedDetectorSet detectors)
    {
        var lead = detectors.Lead.Explain(trace);
        var json = new JsonObject
        {
            ["detector"] = lead.Detector,
            ["meaning"] = lead.Meaning,
            ["contributions"] = new JsonArray([.. lead.Contributions.Select(part => (JsonNode)new JsonObject
            {
                ["kind"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(part.Kind.ToString()),
                ["index"] = part.Index,
                ["value"] = JsonText.Number(part.Value),
            })]),
        };
        if (LayersOf(detectors) is { } layered)
        {
            var layers = layered.Explain(trace).Contributions;
            json["layers"] = new JsonObject { ["detector"] = layered.Name, ["first_layer"] = layers[0].Index, ["values"] = JsonText.Numbers(layers.Select(part => part.Value)) };
        }

        if (detectors.KnowsNeighbours)
        {
            json["neighbours"] = new JsonArray([.. detectors.Nearest(trace).Select(near => (JsonNode)new JsonObject
            {
                ["index"] = near.Index,
                ["similarity"] = JsonText.Number(near.Similarity),
                ["text"] = near.Text,
            })]);
        }

        return json;
    }

    /// <summary>The detector that can say what each layer adds: the leading one, or the first of the TV scores; null where there is none.</summary>
    public static FittedDetector? LayersOf(FittedDetectorSet detectors) =>
        detectors.Lead.Definition is TvDetector ? detectors.Lead : detectors.Detectors.FirstOrDefault(detector => detector.Definition is TvDetector);

    /// <summary>The tokens at fault.</summary>
    public static JsonArray Of(IReadOnlyList<TokenFall> tokens) => new([.. tokens.Select(token => (JsonNode)new JsonObject
    {
        ["start"] = token.Start,
        ["end"] = token.End,
        ["text"] = token.Text,
        ["fall"] = JsonText.Number(token.Fall),
    })]);
}
