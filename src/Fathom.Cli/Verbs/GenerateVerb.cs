using System.CommandLine;
using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Models;
using Fathom.Cli.Runs;
using Fathom.Models.Encoders.TextToText;
using Fathom.Models.Generation;

namespace Fathom.Cli.Verbs;

/// <summary><c>fathom generate</c>: text from a prompt or a file of prompts, with log-probabilities.</summary>
internal static class GenerateVerb
{
    private const int DefaultNewTokens = 128;
    private static readonly Argument<string> Model = new("MODEL") { Description = "The model: a folder, a .gguf file or a hub name." };
    private static readonly Option<string> Prompt = new("--prompt") { Description = "The text.", HelpName = "TEXT" };
    private static readonly Option<string> Prompts = new("--prompts") { Description = "A data file of texts.", HelpName = "FILE" };
    private static readonly Option<int?> MaxNewTokens = Numbers.AtLeast("--max-new-tokens", 1, "Tokens to generate at most (default: 128).");
    private static readonly Option<double?> Temperature = Numbers.Between("--temperature", 0, double.PositiveInfinity, "0 (the default) is greedy; above, tokens are drawn.");
    private static readonly Option<int?> TopK = Numbers.AtLeast("--top-k", 1, "Draw from the K most probable tokens only.");
    private static readonly Option<double?> TopP = Numbers.Between("--top-p", 1e-6, 1, "Draw from the most probable tokens that make up this share.");
    private static readonly Option<double?> MinP = Numbers.Between("--min-p", 0, 1, "Leave out tokens less probable than this share of the most probable one.");
    private static readonly Option<string[]> StopStrings = new("--stop") { Description = "End where this text appears; may be given several times.", HelpName = "TEXT" };

    public static Command Create(VerbHost host)
    {
        var command = new Command("generate", "Text from a prompt or a file of prompts, with log-probabilities.")
            .With(Model)
            .With(CommonOptions.Adapter)
            .With(Prompt, Prompts, PromptFlags.Template, MaxNewTokens, StopStrings, Temperature, TopK, TopP, MinP)
            .With(DataFlags.TextField, DataFlags.Limit)
            .With(CommonOptions.Out, CommonOptions.Seed, CommonOptions.BatchSize, CommonOptions.Threads, CommonOptions.Json, CommonOptions.Quiet);
        host.Bind(command, Run);
        return command;
    }

    private static int Run(VerbContext context)
    {
        var prompt = context.Get(Prompt);
        var file = context.Get(Prompts);
        if (prompt is null == file is null)
        {
            throw new UsageException("give exactly one of --prompt TEXT and --prompts FILE");
        }

        var options = new GenerationOptions
        {
            MaxNewTokens = context.Get(MaxNewTokens) ?? DefaultNewTokens,
            Temperature = context.Get(Temperature) ?? 0,
            TopK = context.Get(TopK) ?? 0,
            TopP = context.Get(TopP) ?? 1,
            MinP = context.Get(MinP) ?? 0,
            Seed = (ulong)(context.Get(CommonOptions.Seed) ?? 0),
            StopStrings = context.Get(StopStrings) ?? [],
        };
        if (options.StopStrings.Contains(""))
        {
            throw new UsageException("--stop '': the text to stop at is empty");
        }

        var path = ModelLocator.Find(context.Required(Model));
        var reads = TextToTextModel.CanLoad(path);
        using ITextWriter session = reads ? TextToTextSession.Open(path, context) : ModelSession.Open(path, context);
        var prompts = PromptEncoder.Of(context, session.Tokenizer, file is null || reads ? "{text}" : PromptTemplate.QuestionAndAnswer);
        var set = file is null
            ? SampleSet.OfText(prompt!, prompts, session.ContextLength, options.MaxNewTokens)
            : SampleSet.Read(file, context, prompts, session.ContextLength, options.MaxNewTokens);
        using var run = GenerationRun.Open(context, session, prompts, set, options);
        var streaming = file is null && !context.Json && context.Terminal.OutIsTerminal;
        var outputs = run.Run(streaming);
        var result = new JsonObject { ["command"] = "generate", ["model"] = session.ToJson(), ["outputs"] = new JsonArray([.. outputs]) };
        run.Finish(result);
        result["throughput"] = run.Counter.ToJson();
        context.Answer(result, output => WriteText(output, outputs, streaming));
        return ExitCodes.Done;
    }

    private static void WriteText(TextWriter output, IReadOnlyList<JsonObject> outputs, bool streamed)
    {
        if (streamed)
        {
            output.WriteLine();
            return;
        }

        foreach (var one in outputs)
        {
            if (outputs.Count > 1)
            {
                output.WriteLine($"--- {(int)one["index"]!}: {((string)one["text"]!).ReplaceLineEndings(" ")}");
            }

            output.WriteLine((string)one["output"]!);
        }
    }
}
