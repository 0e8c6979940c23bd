using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fathom.Models.Positions;

namespace Fathom.Models.Architectures;

/// <summary>
/// Writes the <c>config.json</c> of a decoder whose own files may have been of another kind (GGUF), so that what was trained or
/// converted opens here and in other tools. What is read back equals what was written.
/// </summary>
internal static class HuggingFaceConfigWriter
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>The file's bytes; <paramref name="dtype"/> is how the weights beside it are stored, <c>float32</c> or <c>bfloat16</c>.</summary>
    /// <exception cref="FathomException">The configuration says something that config.json has no words for.</exception>
    public static byte[] Write(DecoderConfig config, string dtype)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (!config.IsLlamaForm) throw new FathomException($"the config.json of a {config.Family} model cannot be written: use the model's own");
        var windows = config.Windows.Distinct().ToArray();
        if (windows.Length > 1) throw new FathomException($"a {config.Family} model whose layers see windows of different lengths cannot be written as config.json");
        var sliding = windows.Length == 1 && windows[0] > 0;
        if ((sliding || config.Family == "mistral") && (config.AttentionBias || config.FeedForwardBias)) throw new FathomException("config.json has no words for a Mistral model with biases");
        var family = sliding ? "mistral" : config.Family;
        var root = new JsonObject
        {
            ["architectures"] = new JsonArray((family == "mistral" ? "Mistral" : "Llama") + (config.IsClassifier ? "ForSequenceClassification" : "ForCausalLM")),
            ["model_type"] = family,
            ["hidden_act"] = "silu",
            ["hidden_size"] = config.Width,
            ["intermediate_size"] = config.FeedForwardWidth,
            ["num_hidden_layers"] = config.Layers,
            ["num_attention_heads"] = config.Heads,
            ["num_key_value_heads"] = config.KeyValueHeads,
            ["head_dim"] = config.HeadDim,
            ["vocab_size"] = config.Vocabulary,
            ["max_position_embeddings"] = config.Rope.MaxPositions,
            ["rms_norm_eps"] = config.NormEpsilon,
            ["tie_word_embeddings"] = config.TiedHead,
            ["torch_dtype"] = dtype,
        };
        if (family == "mistral") root["sliding_window"] = sliding ? windows[0] : null;
        else (root["attention_bias"], root["mlp_bias"]) = (config.AttentionBias, config.FeedForwardBias);
        if (config.IsClassifier) SetClasses(root, config);
        if (config.EndTokens.Count == 1) root["eos_token_id"] = config.EndTokens[0];
        if (config.EndTokens.Count > 1) root["eos_token_id"] = new JsonArray([.. config.EndTokens.Select(id => JsonValue.Create(id))]);
        root["rope_theta"] = config.Rope.Theta;
        if (Scaling(config) is { } scaling) root["rope_scaling"] = scaling;
        return Encoding.UTF8.GetBytes(root.ToJsonString(Indented) + "\n");
    }

    /// <summary>Says in a configuration of any family that the model tells classes apart, and which.</summary>
    public static void SetClasses(JsonObject root, DecoderConfig config)
    {
        const string Suffix = "ForSequenceClassification";
        if (root["architectures"] is JsonArray { Count: > 0 } names && (string?)names[0] is { } name && !name.EndsWith(Suffix, StringComparison.Ordinal))
        {
            foreach (var end in (string[])["ForCausalLM", "LMHeadModel"]) name = name.EndsWith(end, StringComparison.Ordinal) ? name[..^end.Length] : name;
            root["architectures"] = new JsonArray(name + Suffix);
        }

        root["id2label"] = new JsonObject(config.Labels.Select((label, id) => KeyValuePair.Create<string, JsonNode?>(id.ToString(CultureInfo.InvariantCulture), label)));
        root["label2id"] = new JsonObject(config.Labels.Select((label, id) => KeyValuePair.Create<string, JsonNode?>(label, id)));
        root.Remove(ClassLabels.PoolingKey);
        root.Remove(ClassLabels.EndTokenKey);
        if (config.ClassPooling == ClassPooling.Mean) root[ClassLabels.PoolingKey] = "mean";
        if (config.ClassEndToken) root[ClassLabels.EndTokenKey] = true;
    }

    private static JsonObject? Scaling(DecoderConfig config)
    {
        var rope = config.Rope;
        if (rope.RotaryDim != config.HeadDim) throw new FathomException($"a {config.Family} model that rotates {rope.RotaryDim} of {config.HeadDim} numbers a head cannot be written as config.json");
        if (rope.Divisors is not null) throw new FathomException("the file lists divisors of the rotary frequencies (rope_freqs), which config.json has no words for: use the model's original files");
        return rope.Kind switch
        {
            RopeKind.Default => null,
            RopeKind.Linear => new JsonObject { ["rope_type"] = "linear", ["factor"] = rope.Factor },
            RopeKind.Dynamic => new JsonObject { ["rope_type"] = "dynamic", ["factor"] = rope.Factor },
            RopeKind.Yarn => new JsonObject
            {
                ["rope_type"] = "yarn",
                ["factor"] = rope.Factor,
                ["original_max_position_embeddings"] = rope.OriginalMaxPositions,
                ["attention_factor"] = rope.AttentionFactor,
                ["beta_fast"] = rope.BetaFast,
                ["beta_slow"] = rope.BetaSlow,
                ["truncate"] = rope.Truncate,
            },
            RopeKind.Llama3 => new JsonObject
            {
                ["rope_type"] = "llama3",
                ["factor"] = rope.Factor,
                ["low_freq_factor"] = rope.LowFrequencyFactor,
                ["high_freq_factor"] = rope.HighFrequencyFactor,
                ["original_max_position_embeddings"] = rope.OriginalMaxPositions,
            },
            _ => throw new FathomException($"rotary positions of kind {rope.Kind} cannot be written as config.json"),
        };
    }
}
