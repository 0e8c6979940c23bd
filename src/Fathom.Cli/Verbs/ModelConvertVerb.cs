using System.CommandLine;
using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Models;
using Fathom.Cli.Output;
using Fathom.Models.Conversion;
using Fathom.Tensors;

namespace Fathom.Cli.Verbs;

/// <summary><c>fathom model convert</c>: the same model in another form: safetensors, or GGUF as llama.cpp runs it.</summary>
internal static class ModelConvertVerb
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "The model: a folder (safetensors or PyTorch files), a .gguf file or a hub name." };

    private static readonly Option<string> Out = new("--out") { Description = "A .gguf file, or a folder for safetensors; must not exist yet.", HelpName = "FILE|DIR", Required = true };

    private static readonly Option<string> To = new Option<string>("--to") { Description = "safetensors or gguf (default: as --out is named).", HelpName = "FORM" }.OneOf("safetensors", "gguf");

    private static readonly Option<string> Type = new Option<string>("--type") { Description = "How to store matrices: f32, f16, bf16; in GGUF also q8_0, q4_0, q4_1 (default: as they are).", HelpName = "TYPE" }.OneOf("f32", "f16", "bf16", "q8_0", "q4_0", "q4_1");

    private static readonly Option<string> ShardSize = new("--shard-size") { Description = "Longest file of safetensors, such as 5GB or 500MB: larger models go into several, with an index (default: one file).", HelpName = "SIZE" };

    private static readonly Option<bool> NoTokenizer = new("--no-tokenizer") { Description = "Write the weights without a tokenizer." };

    public static Command Create(VerbHost host)
    {
        var command = new Command("convert", "Write a model as safetensors or GGUF.")
            .With(Model)
            .With(Out, To, Type, ShardSize, NoTokenizer, CommonOptions.Json, CommonOptions.Quiet);
        host.Bind(command, Run);
        return command;
    }

    private static int Run(VerbContext context)
    {
        var location = ModelLocator.Find(context.Required(Model));
        Progress? progress = null;
        ConversionResult result;
        try
        {
            result = ModelConverter.Convert(
                location,
                context.Required(Out),
                new ConversionOptions
                {
                    Format = context.Get(To) switch { "gguf" => ConversionFormat.Gguf, "safetensors" => ConversionFormat.Safetensors, _ => null },
                    Type = context.Get(Type) is { } type ? Enum.Parse<DType>(type, ignoreCase: true) : null,
                    Tokenizer = !context.Get(NoTokenizer),
                    ShardBytes = context.Get(ShardSize) is { } size ? ByteCount.Parse(size, "--shard-size") : null,
                    OnProgress = (done, total) => (progress ??= context.StartProgress("convert", "bytes", total)).Report(done),
                },
                context.Stop);
        }
        finally
        {
            progress?.Dispose();
        }

        foreach (var note in result.Notes) context.Note($"note: {note}");
        var format = result.Format == ConversionFormat.Gguf ? "gguf" : "safetensors";
        context.Answer(
            new JsonObject
            {
                ["command"] = "model convert",
                ["model"] = context.Required(Model),
                ["output"] = result.Output,
                ["format"] = format,
                ["tensors"] = result.Tensors,
                ["tensor_bytes"] = result.Bytes,
                ["types"] = new JsonObject(result.Types.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value))),
                ["notes"] = JsonText.Texts(result.Notes),
            },
            output => output.WriteLine($"{result.Output}: {format}, {result.Tensors} tensors ({string.Join(", ", result.Types.Select(pair => $"{pair.Value} {pair.Key}"))}), {Units.Bytes(result.Bytes)}"));
        return ExitCodes.Done;
    }
}
