using System.CommandLine;
using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Models;
using Fathom.Cli.Output;
using Fathom.Cli.Quickstart;
using Fathom.Cli.Runs;
using Fathom.Insight.Detection;
using Fathom.Insight.Evaluation;

namespace Fathom.Cli.Verbs;

/// <summary><c>fathom quickstart</c>: the main job in under a minute, offline, on the model and texts that ship with the tool.</summary>
internal static class QuickstartVerb
{
    private const string DefaultFolder = "fathom-quickstart";

    // A worked answer of two steps, all the model was taught, has some thirty tokens.
    private const int NewTokens = 40;

    private static readonly Option<string> Model = new("--model") { Description = "Another model to try it with (default: the one that ships with the tool).", HelpName = "MODEL" };
    private static readonly Option<string> Out = new("--out") { Description = $"Folder for the run's files (default: {DefaultFolder}).", HelpName = "DIR" };

    public static Command Create(VerbHost host)
    {
        var command = new Command("quickstart", "See it work in a minute, offline: a small model answers, detectors tell what it knows from what it does not.")
            .With(Model, Out, CommonOptions.BatchSize, CommonOptions.Threads, CommonOptions.Json, CommonOptions.Quiet);
        host.Bind(command, Run);
        return command;
    }

    private static int Run(VerbContext context)
    {
        var path = context.Get(Model) ?? QuickstartFiles.Model;
        var contents = QuickstartSet.All.Select(set => (Set: set, Bytes: set.Content())).ToList();
        using var session = ModelSession.Open(path, context);
        var prompts = PromptEncoder.Of(context, session.Tokenizer);
        var definitions = DetectorRegistry.Parse("all");
        var settings = new RunSettings("quickstart")
            .Add("model", session.Model.Fingerprint)
            .Add("sets", new JsonArray([.. contents.Select(set => (JsonNode)new JsonObject { ["name"] = set.Set.Name, ["sha256"] = FileHash.OfText(System.Text.Encoding.UTF8.GetString(set.Bytes)).Sha256 })]))
            .Add("detectors", JsonText.Texts(definitions.Select(definition => definition.Name)))
            .Add("template", prompts.Description)
            .Add("max_new_tokens", NewTokens);
        using var folder = RunFolder.Open(context.Get(Out) ?? DefaultFolder, settings, session.Files, context);
        Directory.CreateDirectory(folder.PathOf("data"));
        foreach (var (set, bytes) in contents) folder.Write(FileOf(set), bytes);
        var sets = SampleSet.ReadAll(QuickstartSet.All.Select(set => folder.PathOf(FileOf(set))), context, prompts, session.Model.Config.ContextLength, NewTokens);
        var job = new TraceJob(context, session, OodFlags.Poolings(definitions), NewTokens);
        var evaluation = new EvaluationRun(context, session, folder, job, prompts, definitions, sets, new EvaluationOptions(), "quickstart");
        var result = evaluation.Run();
        var answers = QuickstartAnswers.Of(sets, evaluation.Lines);
        var meaning = QuickstartMeaning.Of(result, answers.Accuracy);
        var next = NextCommand(path, folder);
        var json = new JsonObject
        {
            ["command"] = "quickstart",
            ["model"] = session.ToJson(),
            ["accuracy"] = new JsonArray([.. answers.Accuracy.Select(set => (JsonNode)set.ToJson())]),
            ["examples"] = new JsonArray([.. answers.Examples.Select(example => (JsonNode)example.ToJson())]),
            ["meaning"] = JsonText.Texts(meaning),
        };
        foreach (var (name, value) in result.ToJson()) json[name] = value?.DeepClone();
        folder.Finish(json, new JsonObject { ["throughput"] = job.Counter.ToJson() });
        json["next"] = next;
        json["throughput"] = job.Counter.ToJson();
        context.Answer(json, output => new QuickstartText(output, context.Terminal).Write(session, answers, result, meaning, folder.PathOf("report.html"), next));
        return ExitCodes.Done;
    }

    private static string FileOf(QuickstartSet set) => Path.Combine("data", set.Name + ".jsonl");

    private static string NextCommand(string model, RunFolder folder)
    {
        var data = Path.GetRelativePath(Environment.CurrentDirectory, folder.PathOf("data"));
        if (data.StartsWith("..", StringComparison.Ordinal)) data = Path.GetFullPath(folder.PathOf("data"));
        return $"fathom ood fit {Quoted(model)} --data {Quoted(Path.Combine(data, "own.jsonl"))} --out guard.fathom && fathom ood score guard.fathom --model {Quoted(model)} --data {Quoted(Path.Combine(data, "near-steps.jsonl"))} --out scores";
    }

    private static string Quoted(string path) => path.Contains(' ', StringComparison.Ordinal) ? $"\"{path}\"" : path;
}
