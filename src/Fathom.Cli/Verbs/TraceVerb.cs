using System.CommandLine;
using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Models;
using Fathom.Cli.Output;
using Fathom.Cli.Runs;
using Fathom.Models.Tracing;

namespace Fathom.Cli.Verbs;

/// <summary><c>fathom trace</c>: hidden states of every layer to safetensors, resumable.</summary>
internal static class TraceVerb
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "The model: a folder, a .gguf file or a hub name." };
    private static readonly Option<string> Out = new("--out") { Description = CommonOptions.Out.Description, HelpName = "DIR", Required = true };
    private static readonly Option<string> PoolingModes = new("--pooling")
    {
        Description = "What is averaged, separated by commas: output_predictive (default), output_tokens, reference_code, prompt_mean, prompt_last, or all.",
        HelpName = "MODES",
    };

    public static Command Create(VerbHost host)
    {
        var command = new Command("trace", "Hidden states of every layer to safetensors, resumable.")
            .With(Model)
            .With(CommonOptions.Adapter)
            .With(DataFlags.Data, Out, PoolingModes, DropoutFlags.Passes, DropoutFlags.Rate, DropoutFlags.Sites, PromptFlags.Template, PromptFlags.MaxNewTokens)
            .With(DataFlags.TextField, DataFlags.LabelField, DataFlags.AnswerField, DataFlags.Limit, DataFlags.Trim)
            .With(CommonOptions.BatchSize, CommonOptions.Threads, CommonOptions.Json, CommonOptions.Quiet);
        host.Bind(command, Run);
        return command;
    }

    private static int Run(VerbContext context)
    {
        var poolings = Poolings(context.Get(PoolingModes) ?? "output_predictive");
        var dropout = DropoutFlags.AreUsed(context) ? DropoutFlags.OptionsOf(context) : null;
        using var session = ModelSession.Open(context.Required(Model), context);
        var prompts = PromptEncoder.Of(context, session.Tokenizer);
        var newTokens = context.Get(PromptFlags.MaxNewTokens) ?? OodFlags.DefaultNewTokens;
        var set = SampleSet.Read(context.Required(DataFlags.Data), context, prompts, session.Model.Config.ContextLength, newTokens);
        var names = JsonText.Texts(poolings.Select(PoolingNames.NameOf));
        var settings = new RunSettings("trace")
            .Add("model", session.Model.Fingerprint)
            .AddFile("data", set.File)
            .Add("pooling", names.DeepClone())
            .Add("dropout", TraceJob.Describe(dropout))
            .Add("template", prompts.Description)
            .Add("max_new_tokens", newTokens)
            .Add("text_field", context.Get(DataFlags.TextField))
            .Add("trim", context.Get(DataFlags.Trim))
            .Add("limit", context.Get(DataFlags.Limit));
        using var folder = RunFolder.Open(context.Required(Out), settings, [.. session.Files, set.File], context);
        var job = new TraceJob(context, session, poolings, newTokens, dropout);
        job.Announce([set], folder.FolderPath);
        context.Note($"prompt: {prompts.Spoken}");
        using (var progress = context.StartProgress("trace", "samples", set.Samples.Count))
        using (var store = job.OpenStore(folder.PathOf("traces"), set, prompts))
        {
            try
            {
                job.Run(set, store, progress);
            }
            catch (OperationCanceledException)
            {
                folder.Checkpoint();
                throw;
            }

            folder.WriteLines("samples.jsonl", store.Read().Select(Line));
        }

        var shards = Directory.GetFiles(folder.PathOf("traces"), "*.safetensors").Select(path => "traces/" + Path.GetFileName(path)).Order(StringComparer.Ordinal).ToArray();
        var result = new JsonObject
        {
            ["command"] = "trace",
            ["model"] = session.ToJson(),
            ["set"] = set.Name,
            ["samples"] = set.Samples.Count,
            ["entries"] = session.Model.Config.Layers + 1,
            ["pooling"] = names,
            ["shards"] = JsonText.Texts(shards),
        };
        folder.Finish(result, new JsonObject { ["throughput"] = job.Counter.ToJson() });
        result["throughput"] = job.Counter.ToJson();
        context.Answer(result, output => output.WriteLine(
            $"{set.Samples.Count} samples, {session.Model.Config.Layers + 1} x {session.Model.Config.Width} a sample and pooling mode, in {shards.Length} file(s) under {folder.PathOf("traces")}"));
        return ExitCodes.Done;
    }

    private static JsonObject Line(Trace trace)
    {
        var line = LineOf(trace);
        if (trace.DropoutLogProbabilities is { } dropout) line["dropout_log_probabilities"] = JsonText.Numbers(dropout);
        return line;
    }

    private static JsonObject LineOf(Trace trace) => new()
    {
        ["index"] = trace.Index,
        ["text"] = trace.Text,
        ["output"] = trace.Output,
        ["prompt_tokens"] = trace.PromptTokens.Length,
        ["tokens"] = JsonText.Numbers(trace.OutputTokens),
        ["log_probabilities"] = JsonText.Numbers(trace.LogProbabilities),
        ["entropies"] = JsonText.Numbers(trace.Entropies),
        ["max_probabilities"] = JsonText.Numbers(trace.MaxProbabilities),
    };

    private static Pooling[] Poolings(string names)
    {
        if (names == "all")
        {
            return Enum.GetValues<Pooling>();
        }

        try
        {
            return [.. names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(PoolingNames.Parse).Distinct().Order()];
        }
        catch (FathomException exception)
        {
            throw new UsageException($"--pooling {names}: {exception.Message}");
        }
    }
}
