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
    private static readonly Option<double?> Quantile = Numbers.Between("--quantile", 0.5, 0.9999, "Share of in-distribution scores below the threshold (default: 0.95).");

    private static readonly Option<string> Rule = RuleOption();

    public static Command Create(VerbHost host)
    {
        var command = new Command("fit", "Fit detectors on data the model is meant for.")
            .With(Model)
            .With(CommonOptions.Adapter)
            .With(DataFlags.Data, Out, OodFlags.Detectors, OodFlags.Profile, OodFlags.Embedding, DropoutFlags.Passes, DropoutFlags.Rate, DropoutFlags.Sites, Quantile, Rule, PromptFlags.Template, PromptFlags.MaxNewTokens)
            .With(DataFlags.TextField, DataFlags.LabelField, DataFlags.AnswerField, DataFlags.Limit)
            .With(CommonOptions.BatchSize, CommonOptions.Threads, CommonOptions.Json, CommonOptions.Quiet);
        host.Bind(command, Run);
        return command;
    }

    private static Option<string> RuleOption()
    {
        var option = new Option<string>("--threshold") { Description = "How the threshold is read from in-distribution scores: the quantile (the default), or the conformal one, which also promises its rate for few samples.", HelpName = "quantile|conformal" };
        return option.OneOf("quantile", "conformal");
    }

    private static int Run(VerbContext context)
    {
        var definitions = OodFlags.Definitions(context);
        var path = Path.GetFullPath(context.Required(Out));
        if (Directory.Exists(path))
        {
            throw new FathomException($"--out {context.Required(Out)}: is a folder; name a file to write the detectors to");
        }

        using var session = ModelSession.Open(context.Required(Model), context);
        var prompts = PromptEncoder.Of(context, session.Tokenizer);
        var newTokens = context.Get(PromptFlags.MaxNewTokens) ?? OodFlags.DefaultNewTokens;
        var set = SampleSet.Read(context.Required(DataFlags.Data), context, prompts, session.Model.Config.ContextLength, newTokens, TraceJob.NeedsTextEnds(OodFlags.Poolings(definitions)));
        var classTokens = OodFlags.ClassTokens(definitions, set, prompts);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var job = new TraceJob(context, session, OodFlags.Poolings(definitions), newTokens, DropoutNeeds.Of(definitions), classTokens);
        job.Announce([set], Path.GetDirectoryName(path)!);
        context.Note($"prompt: {prompts.Spoken}");

        // The traces live beside the detectors until these are whole, so that a killed fit goes on; then they have served.
        var traces = path + ".traces";
        FittedDetectorSet detectors;
        using (var progress = context.StartProgress("ood fit", "samples", set.Samples.Count))
        using (var store = job.OpenStore(traces, set, prompts))
        {
            job.Run(set, store, progress);
            var origin = session.Origin(prompts, context.Get(DataFlags.TextField), newTokens, job.ClassTokens);
            detectors = DetectorFitter.FitCalibrated(definitions, origin, store.Read(), new CalibrationOptions { Level = context.Get(Quantile) ?? 0.95, Rule = context.Get(Rule) == "conformal" ? ThresholdRule.Conformal : ThresholdRule.Quantile });
            detectors.Save(path);
        }

        Directory.Delete(traces, recursive: true);
        Answer(context, session, prompts, job, detectors, path);
        return ExitCodes.Done;
    }

    private static void Answer(VerbContext context, ModelSession session, PromptEncoder prompts, TraceJob job, FittedDetectorSet detectors, string path)
    {
        var result = new JsonObject
        {
            ["command"] = "ood fit",
            ["model"] = session.ToJson(),
            ["file"] = path,
            ["samples"] = detectors.FitCount,
            ["template"] = prompts.Description,
            ["max_new_tokens"] = job.NewTokens,
            ["detectors"] = new JsonArray([.. detectors.Names.Select(name => (JsonNode)ThresholdJson(name, detectors.Thresholds[name]))]),
            ["throughput"] = job.Counter.ToJson(),
        };
        context.Answer(result, output =>
        {
            var table = new TextTable("detector", ">threshold", "what a high score means");
            foreach (var detector in detectors.Detectors)
            {
                table.Row(detector.Name, TextTable.Cell(detectors.Thresholds[detector.Name].Value), detector.Definition.Description);
            }

            table.Write(output, context.Terminal);
            var any = detectors.Thresholds[detectors.Names[0]];
            output.WriteLine(
                $"fitted on {detectors.FitCount} samples; thresholds: {any.Level:P0} of {any.CalibrationCount} in-distribution scores lie below, each given by detectors that had not seen the sample ({any.Source}); written to {path}");
        });
    }

    private static JsonObject ThresholdJson(string name, Threshold threshold) => new()
    {
        ["detector"] = name,
        ["threshold"] = JsonText.Number(threshold.Value),
        ["rule"] = threshold.Rule,
        ["level"] = threshold.Level,
        ["source"] = threshold.Source,
        ["calibration_count"] = threshold.CalibrationCount,
    };
}
