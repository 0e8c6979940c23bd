using System.Globalization;
using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Models;
using Fathom.Cli.Output;
using Fathom.Cli.Runs;
using Fathom.Models;
using Fathom.Models.Encoders;
using Fathom.Models.Encoders.Sentences;
using Fathom.Models.Encoders.TextToText;

namespace Fathom.Cli.Verbs;

/// <summary>What <c>fathom model inspect</c> says of an encoder, and of a model with encoder and decoder.</summary>
internal static class EncoderInspection
{
    public static int Run(VerbContext context, string path, SafetyReport safety)
    {
        TextToTextConfig? both = null;
        if (TextToTextModel.CanLoad(path))
        {
            using var model = TextToTextModel.Load(path, new LoadOptions { Tokenizer = false });
            both = model.Config;
        }

        using var encoder = TextEncoder.Load(path);
        foreach (var warning in encoder.Warnings) context.Note($"note: {warning}");
        var config = encoder.Config;
        var stored = StoredWeights.Of(path);
        var pooling = Pooling(path);
        var result = new JsonObject
        {
            ["command"] = "model inspect",
            ["name"] = ModelName.Of(path),
            ["location"] = encoder.Location,
            ["supported"] = true,
            ["kind"] = both is null ? "encoder" : "encoder-decoder",
            ["family"] = config.Family,
            ["parameters"] = encoder.ParameterCount,
            ["layers"] = config.Layers,
            ["decoder_layers"] = both?.DecoderLayers,
            ["width"] = config.Width,
            ["heads"] = config.Heads,
            ["head_width"] = config.HeadDim,
            ["feed_forward_width"] = config.FeedForwardWidth,
            ["vocabulary"] = config.Vocabulary,
            ["context_tokens"] = config.ContextLength,
            ["token_types"] = config.TokenTypes,
            ["pooler"] = encoder.HasPooler,
            ["labels"] = JsonText.Texts(config.Labels),
            ["token_labels"] = JsonText.Texts(config.TokenLabels),
            ["sentence_pooling"] = pooling,
            ["tokenizer"] = encoder.HasTokenizer,
            ["types"] = new JsonArray([.. stored.Select(entry => (JsonNode)entry.ToJson())]),
            ["memory"] = new JsonObject
            {
                ["as_stored_bytes"] = encoder.WeightBytes,
                ["32_bit_bytes"] = encoder.ParameterCount * 4,
                ["16_bit_bytes"] = encoder.ParameterCount * 2,
                ["8_bit_bytes"] = encoder.ParameterCount,
            },
            ["warnings"] = JsonText.Texts(encoder.Warnings),
            ["fingerprint"] = encoder.Fingerprint,
            ["files"] = new JsonArray([.. encoder.Files.Select(file => (JsonNode)FileHash.Of(file, context.Stop).ToJson())]),
        };
        safety.AddTo(result);
        context.Answer(result, output => new TextTable("what", "value")
            .Row("model", encoder.Location)
            .Row("family", $"{config.Family}, {(both is null ? "an encoder" : "an encoder with a decoder")}")
            .Row("parameters", Units.Count(encoder.ParameterCount))
            .Row("shape", $"{config.Layers} layers{(both is null ? "" : $" and {both.DecoderLayers} of the decoder")}, width {config.Width}, {config.Heads} heads of {config.HeadDim}, feed-forward {config.FeedForwardWidth}")
            .Row("vocabulary", Number(config.Vocabulary))
            .Row("context", both is null ? $"{config.ContextLength} tokens" : $"no limit of the model's own (distances, not positions); {config.ContextLength} tokens here")
            .Row("head", config.Labels.Count > 0 ? $"classes: {string.Join(", ", config.Labels)}" : config.TokenLabels.Count > 0 ? $"over every token: {string.Join(", ", config.TokenLabels)}" : encoder.HasPooler ? "a pooler, no classes" : "none")
            .Row("sentences", pooling ?? "not said (no modules.json)")
            .Row("stored as", string.Join(", ", stored.Select(entry => $"{entry.Type} ({entry.Tensors} tensors, {Units.Bytes(entry.Bytes)})")))
            .Row("memory of weights", $"{Units.Bytes(encoder.WeightBytes)} as stored; {Units.Bytes(encoder.ParameterCount * 4)} / {Units.Bytes(encoder.ParameterCount * 2)} / {Units.Bytes(encoder.ParameterCount)} at 32 / 16 / 8 bits")
            .Row("tokenizer", encoder.HasTokenizer ? "yes" : "none")
            .Row("tensors", encoder.Warnings.Count == 0 ? "every one the architecture needs is there with the right shape, and no other" : "every one the architecture needs is there with the right shape; others belong to another head")
            .Row("safety", safety.Spoken)
            .Row("licence", safety.License ?? "not named")
            .Row("fingerprint", encoder.Fingerprint)
            .Write(output, context.Terminal));
        return ExitCodes.Done;
    }

    // How the folder says that sentences are embedded: "mean, normalised".
    private static string? Pooling(string path)
    {
        if (!File.Exists(Path.Combine(path, "modules.json"))) return null;
        using var embedder = SentenceEmbedder.Load(path);
        return string.Join('+', embedder.Poolings.Select(SentencePoolingNames.Name)) + (embedder.Normalized ? ", normalised" : "");
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
