using System.Text.Json.Nodes;

namespace Fathom.Models.Architectures;

/// <summary>Qwen 3 with a mixture of experts in some or all layers.</summary>
internal sealed class Qwen3MoeArchitecture : IArchitecture
{
    // What transformers assumes where config.json does not say.
    private const int DefaultKeyValueHeads = 4;
    private const int DefaultWindow = 4096;
    private const int DefaultExperts = 128;
    private const int DefaultPerToken = 8;
    private const int DefaultExpertWidth = 768;

    /// <inheritdoc/>
    public IReadOnlyList<string> HuggingFaceTypes { get; } = ["qwen3_moe"];

    /// <inheritdoc/>
    public IReadOnlyList<string> GgufTypes { get; } = ["qwen3moe"];

    /// <inheritdoc/>
    public DecoderConfig Read(HuggingFaceConfig config)
    {
        var shape = LlamaConfigReader.Read(config, new FamilyDefaults { KeyValueHeads = DefaultKeyValueHeads });
        var mixture = Mixtures.Read(
            config, config.Has("num_experts") ? "num_experts" : "num_local_experts", DefaultExperts, DefaultPerToken,
            config.Int32("moe_intermediate_size", 1, DefaultExpertWidth), config.Boolean("norm_topk_prob", false));
        var (every, dense) = (config.Int32("decoder_sparse_step", 1, 1), config.Ids("mlp_only_layers"));
        return shape with
        {
            QueryKeyNorm = QueryKeyNorm.EveryHead,
            AttentionBias = config.Boolean("attention_bias", false),
            Windows = config.Has("layer_types") ? LlamaConfigReader.Windows(config, shape.Layers, Window(config)) : [.. Enumerable.Repeat(Window(config), shape.Layers)],
            Mixture = mixture with { DenseLayers = [.. Enumerable.Range(0, shape.Layers).Where(layer => dense.Contains(layer) || (layer + 1) % every != 0)] },
        };
    }

    /// <inheritdoc/>
    public DecoderConfig Read(GgufConfig config)
    {
        var shape = GgufKeys.Read(config, false, "expert_count", "expert_used_count", "expert_feed_forward_length");
        var dense = Enumerable.Range(0, shape.Layers).Where(layer => config.File.TryGetTensor($"blk.{layer}.ffn_gate.weight", out _));
        return shape with { QueryKeyNorm = QueryKeyNorm.EveryHead, Mixture = Mixtures.Read(config, config.Int32("expert_feed_forward_length"), normalised: true) with { DenseLayers = [.. dense] } };
    }

    /// <inheritdoc/>
    public void Write(DecoderConfig config, JsonObject root)
    {
        ConfigJson.Llama(root, config, "qwen3_moe", "Qwen3MoeForCausalLM");
        root["attention_bias"] = config.AttentionBias;
        root["moe_intermediate_size"] = config.Mixture!.Width;
        root["num_experts"] = config.Mixture.Experts;
        root["num_experts_per_tok"] = config.Mixture.PerToken;
        root["norm_topk_prob"] = config.Mixture.Normalised;
        root["decoder_sparse_step"] = 1;
        root["mlp_only_layers"] = new JsonArray([.. config.Mixture.DenseLayers.Select(layer => JsonValue.Create(layer))]);
        root["use_sliding_window"] = ConfigJson.Window(config) > 0;
        root["sliding_window"] = ConfigJson.Window(config) is > 0 and var window ? window : null;
        ConfigJson.Rope(root, config);
    }

    private static int Window(HuggingFaceConfig config) =>
        !config.Boolean("use_sliding_window", false) ? 0 : config.Mentions("sliding_window") ? config.Int32("sliding_window", 1, 0) : DefaultWindow;
}
