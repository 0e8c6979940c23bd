using System.CommandLine;
using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Models;
using Fathom.Cli.Output;
using Fathom.Cli.Runs;
using Fathom.Insight.Detection;

namespace Fathom.Cli.Verbs;

/// <summary><c>fathom ood fit</c>: fits detectors on in-distribution data and finds their thresholds.</summary>
internal static class OodFitVerb
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "The model: a folder, a .gguf file or a hub name." };
    private static readonly Option<string> Out = new("--out") { Description = "File to write the detectors to.", HelpName = "FILE.fathom", Required = true };

    public static Command Create(VerbHost host)
    {
        var command = new Command("fit", "Fit detectors on data the model is meant for.")
            .With(Model)
            .With(CommonOptions.Adapter)
            .With(DataFlags.Data, Out, OodFlags.Detectors, OodFlags.Combine, OodFlags.Lead, OodFlags.Profile, OodFlags.Embedding, DropoutFlags.Passes, DropoutFlags.Rate, DropoutFlags.Sites)
            .With(CalibrationFlags.Calibration, CalibrationFlags.Quantile, CalibrationFlags.Rule, CalibrationFlags.GroupField, CalibrationFlags.Ood, CalibrationFlags.NoTexts, CalibrationFlags.TextCharacters)
            .With(PromptFlags.Template, PromptFlags.MaxNewTokens, DataFlags.TextField, DataFlags.LabelField, DataFlags.AnswerField, DataFlags.Limit, DataFlags.Trim)
            .With(ShardFlags.Shard, ShardFlags.Merge)
            .With(CommonOptions.BatchSize, CommonOptions.Threads, CommonOptions.Json, CommonOptions.Quiet);
        host.Bind(command, Run);
        return command;
    }

    private static int Run(VerbContext context)
    {
        var choice = DetectorChoice.Of(context, context.Required(Model));
        var options = CalibrationFlags.OptionsOf(context);
        var share = ShardFlags.ShareOf(context);
        var path = Path.GetFullPath(context.Required(Out));
        if (Directory.Exists(path))
        {
            throw new FathomException($"--out {context.Required(Out)}: is a folder; name a file to write the detectors to");
        }

        using var session = ModelSession.Open(context.Required(Model), context);
        var prompts = PromptEncoder.Of(context, session.Tokenizer);
        var fit = new GuardFit(context, session, prompts, choice, options);
        if (share is { } own)
        {
            AnswerShare(context, session, own, fit.RunShare(path, own), path);
            return ExitCodes.Done;
        }

        var detectors = fit.Run(path);
        Answer(context, session, prompts, fit, detectors, path);
        return ExitCodes.Done;
    }

    private static void AnswerShare(VerbContext context, ModelSession session, (int Share, int Of) share, int samples, string path)
    {
        var result = new JsonObject
        {
            ["command"] = "ood fit",
            ["model"] = session.ToJson(),
            ["file"] = path,
            ["shard"] = $"{share.Share + 1}/{share.Of}",
            ["samples"] = samples,
        };
        context.Answer(result, output => output.WriteLine($"part {share.Share + 1} of {share.Of}: {samples} samples, written to {path}; finish with --merge and every part"));
    }

    private static void Answer(VerbContext context, ModelSession session, PromptEncoder prompts, GuardFit fit, FittedDetectorSet detectors, string path)
    {
        var lead = detectors.Thresholds[detectors.Lead.Name];
        var result = new JsonObject
        {
            ["command"] = "ood fit",
            ["model"] = session.ToJson(),
            ["file"] = path,
            ["samples"] = detectors.FitCount,
            ["template"] = prompts.Description,
            ["max_new_tokens"] = detectors.Origin.MaxNewTokens,
            ["lead"] = new JsonObject { ["detector"] = detectors.Lead.Name, ["reason"] = detectors.LeadReason },
            ["calibration"] = GuardJson.Calibration(detectors),
            ["detectors"] = new JsonArray([.. detectors.Names.Select(name => (JsonNode)GuardJson.Detector(detectors, name))]),
            ["throughput"] = fit.Counter.ToJson(),
        };
        context.Answer(result, output =>
        {
            var table = new TextTable("detector", ">threshold", "what a high score means");
            foreach (var detector in detectors.Detectors)
            {
                table.Row(detector.Name, TextTable.Cell(detectors.Thresholds[detector.Name].Value), detector.Definition.Description);
            }

            table.Write(output, context.Terminal);
            GuardText.WriteGroups(output, context.Terminal, detectors);
            output.WriteLine($"fitted on {detectors.FitCount} samples; thresholds: {GuardText.Ground(lead)}; written to {path}");
            output.WriteLine(GuardText.Lead(detectors));
        });
    }
}
