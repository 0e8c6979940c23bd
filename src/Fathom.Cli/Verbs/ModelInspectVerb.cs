using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Models;
using Fathom.Cli.Output;
using Fathom.Models.Adapters;
using Fathom.Models.Encoders;

namespace Fathom.Cli.Verbs;

/// <summary><c>fathom model inspect</c>: what a model is, without running it. Loading is strict, so what passes has every tensor it needs and no other.</summary>
internal static class ModelInspectVerb
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "The model: a folder, a .gguf file or a hub name." };

    public static Command Create(VerbHost host)
    {
        var command = new Command("inspect", "What a model is: size, shape, types, memory, safety.")
            .With(Model)
            .With(CommonOptions.Json, CommonOptions.Quiet);
        host.Bind(command, Run);
        return command;
    }

    private static int Run(VerbContext context)
    {
        var path = ModelLocator.Find(context.Required(Model));
        var safety = SafetyReport.Of(path);
        try
        {
            if (AdapterBase.IsAdapter(path)) return AdapterInspection.Run(context, path, safety);
            return TextEncoder.CanLoad(path) ? EncoderInspection.Run(context, path, safety) : RunDecoder(context, safety);
        }
        catch (FathomException refusal)
        {
            // What its files could do matters most of all where the model cannot be used.
            UnsupportedInspection.Answer(context, path, refusal, safety);
            throw;
        }
    }

    private static int RunDecoder(VerbContext context, SafetyReport safety)
    {
        using var session = ModelSession.Open(context.Required(Model), context);
        var model = session.Model;
        var stored = StoredWeights.Of(model.Location);
        var config = model.Config;
        var memory = new JsonObject
        {
            ["as_stored_bytes"] = model.WeightBytes,
            ["32_bit_bytes"] = model.ParameterCount * 4,
            ["16_bit_bytes"] = model.ParameterCount * 2,
            ["8_bit_bytes"] = model.ParameterCount,
            ["cache_per_token_bytes"] = session.CacheBytesPerToken,
        };
        var result = new JsonObject
        {
            ["command"] = "model inspect",
            ["name"] = session.Name,
            ["location"] = model.Location,
            ["supported"] = true,
            ["family"] = config.Family,
            ["parameters"] = model.ParameterCount,
            ["layers"] = config.Layers,
            ["width"] = config.Width,
            ["heads"] = config.Heads,
            ["key_value_heads"] = config.KeyValueHeads,
            ["head_width"] = config.HeadDim,
            ["feed_forward_width"] = config.FeedForwardWidth,
            ["vocabulary"] = config.Vocabulary,
            ["context_tokens"] = config.ContextLength,
            ["tied_head"] = config.TiedHead,
            ["end_tokens"] = JsonText.Numbers(model.EndTokens),
            ["tokenizer"] = model.HasTokenizer,
            ["chat_template"] = model.HasTokenizer && model.Tokenizer.ChatTemplate is not null,
            ["types"] = new JsonArray([.. stored.Select(entry => (JsonNode)entry.ToJson())]),
            ["memory"] = memory,
            ["warnings"] = JsonText.Texts(model.Warnings),
            ["fingerprint"] = model.Fingerprint,
            ["files"] = new JsonArray([.. session.Files.Select(file => (JsonNode)file.ToJson())]),
        };
        safety.AddTo(result);
        context.Answer(result, output => WriteText(output, context, session, stored, safety));
        return ExitCodes.Done;
    }

    private static void WriteText(TextWriter output, VerbContext context, ModelSession session, IReadOnlyList<StoredWeights> stored, SafetyReport safety)
    {
        var model = session.Model;
        var config = model.Config;
        var facts = new TextTable("what", "value")
            .Row("model", model.Location)
            .Row("family", config.Family)
            .Row("parameters", Units.Count(model.ParameterCount))
            .Row("shape", $"{config.Layers} layers, width {config.Width}, {config.Heads} heads ({config.KeyValueHeads} key/value) of {config.HeadDim}, feed-forward {config.FeedForwardWidth}")
            .Row("vocabulary", Number(config.Vocabulary) + (config.TiedHead ? ", head tied to the embedding" : ""))
            .Row("context", $"{config.ContextLength} tokens; {Units.Bytes(session.CacheBytesPerToken)} of cache a token")
            .Row("stored as", string.Join(", ", stored.Select(entry => $"{entry.Type} ({entry.Tensors} tensors, {Units.Bytes(entry.Bytes)})")))
            .Row("memory of weights", $"{Units.Bytes(model.WeightBytes)} as stored; {Units.Bytes(model.ParameterCount * 4)} / {Units.Bytes(model.ParameterCount * 2)} / {Units.Bytes(model.ParameterCount)} at 32 / 16 / 8 bits")
            .Row("tokenizer", !model.HasTokenizer ? "none" : model.Tokenizer.ChatTemplate is null ? "yes, no chat template" : "yes, with a chat template")
            .Row("end tokens", string.Join(", ", model.EndTokens))
            .Row("tensors", "every one the architecture needs is there with the right shape, " + (model.Warnings.Count == 0 ? "and no other" : "but others are not used (see the warning)"))
            .Row("safety", safety.Spoken)
            .Row("licence", safety.License ?? "not named")
            .Row("fingerprint", model.Fingerprint);
        facts.Write(output, context.Terminal);
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
