using System.CommandLine;
using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Models;
using Fathom.Cli.Output;
using Fathom.Cli.Runs;
using Fathom.Insight.Detection;
using Fathom.Insight.Evaluation;

namespace Fathom.Cli.Verbs;

/// <summary><c>fathom ood evaluate</c>: compares detectors over several sets whose nature is known.</summary>
internal static class OodEvaluateVerb
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "The model: a folder, a .gguf file or a hub name." };
    private static readonly Option<string> Id = new("--id") { Description = "Data the model is meant for: part is fitted on, part is tested on.", HelpName = "FILE", Required = true };
    private static readonly Option<string[]> Ood = new("--ood") { Description = "Data of another kind; may be given several times.", HelpName = "FILE", Required = true };
    private static readonly Option<string> Out = new("--out") { Description = CommonOptions.Out.Description, HelpName = "DIR", Required = true };

    public static Command Create(VerbHost host)
    {
        var command = new Command("evaluate", "Compare detectors over several sets.")
            .With(Model)
            .With(CommonOptions.Adapter)
            .With(Id, Ood, Out, OodFlags.Detectors, OodFlags.Combine, OodFlags.Lead, OodFlags.Profile, OodFlags.Embedding, DropoutFlags.Passes, DropoutFlags.Rate, DropoutFlags.Sites, PromptFlags.Template, PromptFlags.MaxNewTokens)
            .With(DataFlags.TextField, DataFlags.LabelField, DataFlags.AnswerField, DataFlags.Limit, DataFlags.Trim)
            .With(CommonOptions.Seed, CommonOptions.BatchSize, CommonOptions.Threads, CommonOptions.Json, CommonOptions.Quiet);
        host.Bind(command, Run);
        return command;
    }

    private static int Run(VerbContext context)
    {
        var choice = DetectorChoice.Of(context, context.Required(Model));
        var definitions = choice.Definitions;
        using var session = ModelSession.Open(context.Required(Model), context);
        var prompts = PromptEncoder.Of(context, session.Tokenizer);
        var newTokens = context.Get(PromptFlags.MaxNewTokens) ?? OodFlags.DefaultNewTokens;
        var sets = SampleSet.ReadAll([context.Required(Id), .. context.Required(Ood)], context, prompts, session.Model.Config.ContextLength, newTokens, TraceJob.NeedsTextEnds(OodFlags.Poolings(definitions)));
        var classTokens = OodFlags.ClassTokens(definitions, sets[0], prompts, session);
        var seed = context.Get(CommonOptions.Seed) ?? 0;
        var dropout = DropoutNeeds.Of(definitions);
        var settings = new RunSettings("ood evaluate")
            .Add("model", session.Model.Fingerprint)
            .AddFile("id", sets[0].File)
            .Add("ood", new JsonArray([.. sets.Skip(1).Select(set => (JsonNode)new JsonObject { ["name"] = set.Name, ["sha256"] = set.File.Sha256 })]))
            .Add("detectors", JsonText.Texts(definitions.Select(definition => definition.Name)))
            .Add("dropout", TraceJob.Describe(dropout))
            .Add("template", prompts.Description)
            .Add("max_new_tokens", newTokens)
            .Add("text_field", context.Get(DataFlags.TextField))
            .Add("limit", context.Get(DataFlags.Limit))
            .Add("trim", context.Get(DataFlags.Trim))
            .Add("seed", seed);
        if (context.Get(OodFlags.Embedding) is { } embedding) settings.Add("embedding", embedding);
        if (context.Get(DataFlags.AnswerField) is { } answerField) settings.Add("answer_field", answerField);
        if (context.Get(OodFlags.Combine) is { } combine) settings.Add("combine", combine);
        if (context.Get(OodFlags.Lead) is { } lead) settings.Add("lead", lead);
        using var folder = RunFolder.Open(context.Required(Out), settings, [.. session.Files, .. sets.Select(set => set.File)], context);
        var job = new TraceJob(context, session, OodFlags.Poolings(definitions), newTokens, dropout, classTokens);
        job.Announce(sets, folder.FolderPath);
        context.Note($"prompt: {prompts.Spoken}");
        var evaluation = new EvaluationRun(context, session, folder, job, prompts, definitions, sets, new EvaluationOptions { Seed = (ulong)seed, Bootstrap = new() { Seed = (ulong)seed } }, lead: choice.Lead);
        var result = evaluation.Run();
        var json = new JsonObject { ["command"] = "ood evaluate", ["model"] = session.ToJson() };
        foreach (var (name, value) in result.ToJson())
        {
            json[name] = value?.DeepClone();
        }

        folder.Finish(json, new JsonObject { ["throughput"] = job.Counter.ToJson() });
        json["throughput"] = job.Counter.ToJson();
        context.Answer(json, output => WriteText(output, context, folder, result));
        return ExitCodes.Done;
    }

    private static void WriteText(TextWriter output, VerbContext context, RunFolder folder, EvaluationResult result)
    {
        var table = new TextTable("set", "detector", ">AUROC", ">95 % interval", ">FPR95", ">AUPR in", ">AUPR out", ">length-matched AUROC");
        foreach (var row in result.Results)
        {
            table.Row(
                row.Set,
                row.Detector,
                TextTable.Cell(row.Metrics.Auroc),
                $"{TextTable.Cell(row.Intervals.Auroc.Low, 3)}-{TextTable.Cell(row.Intervals.Auroc.High, 3)}",
                TextTable.Cell(row.Metrics.Fpr95),
                TextTable.Cell(row.Metrics.AuprIn),
                TextTable.Cell(row.Metrics.AuprOut),
                TextTable.Cell(row.Length.MatchedAuroc));
        }

        table.Write(output, context.Terminal);
        EvaluationTables.Write(output, context.Terminal, result);
        output.WriteLine($"{result.IdName}: fitted on {result.FitCount}, tested on {result.TestCount}; report: {folder.PathOf("report.html")}");
        foreach (var warning in result.Warnings)
        {
            context.Note("warning: " + warning);
        }
    }
}
