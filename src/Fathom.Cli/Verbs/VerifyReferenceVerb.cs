using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Models;
using Fathom.Cli.Output;
using Fathom.Models;
using Fathom.Models.Encoders;
using Fathom.Models.Encoders.TextToText;
using Fathom.Models.Verification;
using Fathom.Training;

namespace Fathom.Cli.Verbs;

/// <summary><c>fathom verify reference</c>: compares a model with values of the reference implementation.</summary>
internal static class VerifyReferenceVerb
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "The model: a folder, a .gguf file or a hub name." };
    private static readonly Argument<string> Golden = new("GOLDEN") { Description = "Safetensors file with the reference's values." };

    private static readonly Option<bool> NoTraining = new("--no-training") { Description = "Leave out gradients and steps of AdamW, which take memory and time." };

    public static Command Create(VerbHost host)
    {
        var command = new Command("reference", "Compare a model with values of the reference implementation.")
            .With(Model, Golden)
            .With(CommonOptions.Adapter, NoTraining, CommonOptions.Threads, CommonOptions.Json, CommonOptions.Quiet);
        host.Bind(command, Run);
        return command;
    }

    private static int Run(VerbContext context)
    {
        var (path, adapter) = AdapterLocator.Resolve(context.Required(Model), context.Get(CommonOptions.Adapter));
        var (golden, threads) = (context.Required(Golden), context.Get(CommonOptions.Threads));
        var report = Compare(path, adapter, golden, threads);
        if (!context.Get(NoTraining) && TrainingVerifier.Concerns(golden)) report = report.With(new TrainingVerifier(path) { Adapter = adapter, Threads = threads }.Verify(golden));
        var result = new JsonObject
        {
            ["command"] = "verify reference",
            ["passed"] = report.Passed,
            ["tensors"] = new JsonArray([.. report.Tensors.Select(tensor => (JsonNode)new JsonObject
            {
                ["name"] = tensor.Name,
                ["max_abs"] = JsonText.Number(tensor.MaxAbs),
                ["max_rel"] = JsonText.Number(tensor.MaxRel),
                ["passed"] = tensor.Passed,
            })]),
            ["not_compared"] = new JsonArray([.. report.NotCompared.Select(left => (JsonNode)new JsonObject { ["name"] = left.Name, ["reason"] = left.Reason })]),
        };
        context.Answer(result, output =>
        {
            var table = new TextTable("tensor", ">largest difference", ">of the largest value", "verdict");
            foreach (var tensor in report.Tensors)
            {
                table.Row(tensor.Name, Small(tensor.MaxAbs), Small(tensor.MaxRel), tensor.Passed ? "ok" : "BEYOND TOLERANCE");
            }

            table.Write(output, context.Terminal);
            output.WriteLine(report.Passed ? "passed" : "failed");
        });
        foreach (var reason in report.NotCompared.GroupBy(left => left.Reason))
        {
            context.Note($"not compared ({reason.Key}): {string.Join(", ", reason.Select(left => left.Name).Take(4))}{(reason.Count() > 4 ? $" and {reason.Count() - 4} more" : "")}");
        }

        return report.Passed ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static ReferenceReport Compare(string path, string? adapter, string golden, int? threads)
    {
        if (adapter is not null && (TextToTextModel.CanLoad(path) || TextEncoder.CanLoad(path))) throw new FathomException($"{adapter}: adapters go on decoders; {path} is an encoder");
        if (TextToTextModel.CanLoad(path))
        {
            using var both = TextToTextModel.Load(path, new LoadOptions { Threads = threads, Tokenizer = false });
            return new TextToTextVerifier(both).Verify(golden);
        }

        if (TextEncoder.CanLoad(path))
        {
            using var encoder = TextEncoder.Load(path, new LoadOptions { Threads = threads });
            return new EncoderVerifier(encoder).Verify(golden);
        }

        using var model = LanguageModel.Load(path, new LoadOptions { Threads = threads, Tokenizer = false, Adapter = adapter });
        return new ReferenceVerifier(model).Verify(golden);
    }

    private static string Small(double value) => value.ToString("0.0e+00", CultureInfo.InvariantCulture);
}
