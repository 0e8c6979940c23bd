using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Models;
using Fathom.Cli.Output;
using Fathom.Cli.Runs;
using Fathom.Models;
using Fathom.Models.Encoders.Sentences;

namespace Fathom.Cli.Verbs;

/// <summary><c>fathom embed</c>: one vector a text, by an encoder or a language model.</summary>
internal static class EmbedVerb
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "The model: a folder (sentence-transformers' files are honoured), a .gguf file or a hub name." };
    private static readonly Option<string> Out = new("--out") { Description = "File for the vectors: .safetensors, or one JSON object a line. An interrupted run goes on where it stood.", HelpName = "FILE" };
    private static readonly Option<string> Pooling = new Option<string>("--pooling") { Description = "How the tokens' states become one vector: mean, cls, last, max, mean_sqrt or weighted_mean (default: as modules.json says, else mean).", HelpName = "NAME" }.OneOf([.. SentencePoolingNames.Names]);
    private static readonly Option<string> Normalize = new Option<string>("--normalize") { Description = "Whether to divide by the 2-norm: true or false (default: as modules.json says, else false).", HelpName = "BOOL" }.OneOf("true", "false");
    private static readonly Option<int?> MaxTokens = Numbers.AtLeast("--max-tokens", 1, "Cut texts to this many tokens, special ones included (default: as sentence_bert_config.json says, at most what the model takes).");

    public static Command Create(VerbHost host)
    {
        var command = new Command("embed", "Sentence embeddings: one vector a text.")
            .With(Model)
            .With(DataFlags.Data, DataFlags.TextField, DataFlags.Limit, DataFlags.Trim)
            .With(Pooling, Normalize, MaxTokens, Out)
            .With(CommonOptions.Threads, CommonOptions.Json, CommonOptions.Quiet);
        host.Bind(command, Run);
        return command;
    }

    private static int Run(VerbContext context)
    {
        var path = ModelLocator.Find(context.Required(Model));
        using var embedder = SentenceEmbedder.Load(path, new SentenceOptions
        {
            Pooling = context.Get(Pooling) is { } name ? SentencePoolingNames.Find(name) : null,
            Normalize = context.Get(Normalize) is { } normalize ? normalize == "true" : null,
            MaxTokens = context.Get(MaxTokens),
            Load = new LoadOptions { Threads = context.Get(CommonOptions.Threads) },
        });
        foreach (var note in embedder.Notes) context.Note($"note: {note}");
        var run = new EmbeddingRun(context, embedder, context.Required(DataFlags.Data), context.Get(Out));
        context.Note($"{embedder.Family}: {run.Pooling} pooling, {(embedder.Normalized ? "normalised" : "not normalised")}, {embedder.Dimensions} dimensions, at most {embedder.MaxTokens} tokens a text");
        run.Run();
        if (run.Truncated > 0) context.Note($"warning: {run.Truncated} of {run.Count} texts were longer than {embedder.MaxTokens} tokens and were cut");
        var result = new JsonObject
        {
            ["command"] = "embed",
            ["model"] = new JsonObject
            {
                ["name"] = ModelName.Of(path),
                ["family"] = embedder.Family,
                ["fingerprint"] = embedder.Fingerprint,
            },
            ["pooling"] = run.Pooling,
            ["normalized"] = embedder.Normalized,
            ["dimensions"] = embedder.Dimensions,
            ["max_tokens"] = embedder.MaxTokens,
            ["count"] = run.Count,
            ["truncated"] = run.Truncated,
            ["tokens"] = run.Tokens,
            ["seconds"] = JsonText.Number(run.Seconds),
        };
        if (run.OutFile is { } file) result["out"] = file;
        else result["embeddings"] = new JsonArray([.. run.Results.Select(one => (JsonNode)EmbeddingJson.Vector(one.Vector))]);
        context.Answer(result, output => WriteText(output, context, run));
        return ExitCodes.Done;
    }

    private static void WriteText(TextWriter output, VerbContext context, EmbeddingRun run)
    {
        if (run.OutFile is null)
        {
            for (var i = 0; i < run.Results.Count; i++) output.WriteLine(JsonText.Compact(EmbeddingJson.Line(i, run.Results[i])));
            return;
        }

        var rate = run.Seconds > 0 ? run.Tokens / run.Seconds : 0;
        new TextTable("what", "value")
            .Row("vectors", run.OutFile)
            .Row("texts", Number(run.Count))
            .Row("tokens", string.Create(CultureInfo.InvariantCulture, $"{run.Tokens}{(rate > 0 ? $" ({rate:F0} a second)" : "")}"))
            .Row("texts cut", Number(run.Truncated))
            .Write(output, context.Terminal);
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
