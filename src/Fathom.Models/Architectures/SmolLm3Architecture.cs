using System.Text.Json.Nodes;

namespace Fathom.Models.Architectures;

/// <summary>SmolLM3: Llama's blocks, some layers without rotary positions.</summary>
internal sealed class SmolLm3Architecture : IArchitecture
{
    // What transformers assumes where config.json does not say.
    private const int DefaultKeyValueHeads = 4;
    private const int DefaultInterval = 4;

    /// <inheritdoc/>
    public IReadOnlyList<string> HuggingFaceTypes { get; } = ["smollm3"];

    /// <inheritdoc/>
    public IReadOnlyList<string> GgufTypes { get; } = ["smollm3"];

    /// <inheritdoc/>
    public DecoderConfig Read(HuggingFaceConfig config)
    {
        if (config.Boolean("use_sliding_window", false)) throw config.Unsupported("use_sliding_window", "false");
        if (!config.Has("rope_theta") && config.Section("rope_parameters")?.Has("rope_theta") != true) throw config.Wrong("rope_theta", "is missing; SmolLM3 needs it");
        var shape = LlamaConfigReader.Read(config, DefaultKeyValueHeads);
        return shape with
        {
            AttentionBias = config.Boolean("attention_bias", false),
            FeedForwardBias = config.Boolean("mlp_bias", false),
            TiedHead = config.Boolean("tie_word_embeddings", true),
            Windows = LlamaConfigReader.Windows(config, shape.Layers, 0),
            LayersWithoutRope = WithoutRope(config, shape.Layers),
        };
    }

    /// <inheritdoc/>
    public DecoderConfig Read(GgufConfig config)
    {
        var shape = GgufKeys.Read(config, false);
        return shape with { WovenInGguf = true, LayersWithoutRope = [.. Enumerable.Range(0, shape.Layers).Where(layer => (layer + 1) % DefaultInterval == 0)] };
    }

    /// <inheritdoc/>
    public void Write(DecoderConfig config, JsonObject root)
    {
        ConfigJson.Llama(root, config, "smollm3", "SmolLM3ForCausalLM");
        (root["attention_bias"], root["mlp_bias"]) = (config.AttentionBias, config.FeedForwardBias);
        root["no_rope_layers"] = new JsonArray([.. Enumerable.Range(0, config.Layers).Select(layer => JsonValue.Create(config.LayersWithoutRope.Contains(layer) ? 0 : 1))]);
        (root["use_sliding_window"], root["sliding_window"]) = (false, null);
        ConfigJson.Rope(root, config);
    }

    // Despite its name a 1 in no_rope_layers says that the layer has rope. Where it is absent every interval-th layer has none.
    private static int[] WithoutRope(HuggingFaceConfig config, int layers)
    {
        var every = config.Int32("no_rope_layer_interval", 1, DefaultInterval);
        if (!config.Has("no_rope_layers")) return [.. Enumerable.Range(0, layers).Where(layer => (layer + 1) % every == 0)];
        var flags = config.Ids("no_rope_layers");
        if (flags.Length != layers || Array.Exists(flags, flag => flag > 1)) throw config.Unsupported("no_rope_layers", $"{layers} numbers, each 0 or 1");
        return [.. Enumerable.Range(0, layers).Where(layer => flags[layer] == 0)];
    }
}
