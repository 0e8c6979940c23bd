using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Output;
using Fathom.Cli.Runs;
using Fathom.Insight.Detection;
using Fathom.Models.Tracing;

namespace Fathom.Cli.Verbs;

/// <summary><c>fathom ood inspect</c>: what a file of fitted detectors holds, without a model.</summary>
internal static class OodInspectVerb
{
    private static readonly Argument<string> Detectors = new("FILE.fathom") { Description = "Detectors that 'ood fit' wrote." };

    public static Command Create(VerbHost host)
    {
        var command = new Command("inspect", "What a file of fitted detectors holds: model, template, detectors, thresholds and what they rest on.")
            .With(Detectors)
            .With(CommonOptions.Json, CommonOptions.Quiet);
        host.Bind(command, Run);
        return command;
    }

    private static int Run(VerbContext context)
    {
        var path = context.Required(Detectors);
        var detectors = FittedDetectorSet.Load(path);
        var file = FileHash.Of(path, context.Stop);
        var origin = detectors.Origin;
        var result = new JsonObject
        {
            ["command"] = "ood inspect",
            ["file"] = file.ToJson(),
            ["origin"] = new JsonObject
            {
                ["model_name"] = origin.ModelName,
                ["model_fingerprint"] = origin.ModelFingerprint,
                ["adapter_fingerprint"] = origin.AdapterFingerprint.Length > 0 ? origin.AdapterFingerprint : null,
                ["layers"] = origin.Layers,
                ["width"] = origin.Width,
                ["template"] = origin.Template,
                ["text_field"] = origin.TextField,
                ["trimmed"] = origin.Trimmed,
                ["max_new_tokens"] = origin.MaxNewTokens,
                ["poolings"] = JsonText.Texts(detectors.RequiredPoolings.Select(PoolingNames.NameOf)),
                ["class_tokens"] = JsonText.Numbers(origin.ClassTokenIds),
            },
            ["fit"] = new JsonObject { ["count"] = detectors.FitCount, ["hash"] = detectors.FitHash, ["texts"] = detectors.KeepsTexts },
            ["lead"] = new JsonObject { ["detector"] = detectors.Lead.Name, ["reason"] = detectors.LeadReason },
            ["calibration"] = GuardJson.Calibration(detectors),
            ["detectors"] = new JsonArray([.. detectors.Names.Select(name => (JsonNode)GuardJson.Detector(detectors, name))]),
        };
        context.Answer(result, output => WriteText(output, context, detectors, file));
        return ExitCodes.Done;
    }

    private static void WriteText(TextWriter output, VerbContext context, FittedDetectorSet detectors, FileHash file)
    {
        var origin = detectors.Origin;
        var facts = new TextTable("what", "value")
            .Row("file", $"{file.Path}, {Units.Bytes(file.Bytes)}, whole")
            .Row("model", $"{origin.ModelName} ({origin.ModelFingerprint})")
            .Row("adapter", origin.AdapterFingerprint.Length > 0 ? origin.AdapterFingerprint : "none")
            .Row("shape", $"{origin.Layers} layers of width {origin.Width}; pooled as {string.Join(", ", detectors.RequiredPoolings.Select(PoolingNames.NameOf))}")
            .Row("template", origin.Template.ReplaceLineEndings("\\n") + (origin.Trimmed ? "; blanks at the ends of texts dropped" : ""))
            .Row("tokens generated", $"at most {origin.MaxNewTokens}")
            .Row("fitted on", $"{detectors.FitCount} samples ({detectors.FitHash}); {(detectors.KeepsTexts ? "the beginnings of their texts are kept" : "no texts are kept")}");
        if (detectors.Thresholds.TryGetValue(detectors.Lead.Name, out var lead))
        {
            facts.Row("thresholds", GuardText.Ground(lead)).Row("calibration set", $"{lead.CalibrationHash}{(lead.CalibrationSha256.Length > 0 ? $", file sha256:{lead.CalibrationSha256}" : "")}");
        }

        facts.Write(output, context.Terminal);
        var table = new TextTable("detector", ">threshold", ">calibration samples", "what a high score means");
        foreach (var detector in detectors.Detectors)
        {
            var has = detectors.Thresholds.TryGetValue(detector.Name, out var threshold);
            table.Row(detector.Name, has ? TextTable.Cell(threshold!.Value) : "none", has ? threshold!.CalibrationCount.ToString(CultureInfo.InvariantCulture) : "0", detector.Definition.Description);
        }

        table.Write(output, context.Terminal);
        GuardText.WriteGroups(output, context.Terminal, detectors);
        output.WriteLine(GuardText.Lead(detectors));
    }
}
