using System.Text.Json.Nodes;

namespace Fathom.Models.Architectures;

/// <summary>Llama 1 to 3.x and the many models that took its form (SmolLM2, TinyLlama, …); in GGUF files Mistral too.</summary>
internal sealed class LlamaArchitecture : IArchitecture
{
    /// <inheritdoc/>
    public IReadOnlyList<string> HuggingFaceTypes { get; } = ["llama"];

    /// <inheritdoc/>
    public IReadOnlyList<string> GgufTypes { get; } = ["llama"];

    /// <inheritdoc/>
    public DecoderConfig Read(HuggingFaceConfig config)
    {
        if (config.Int32("pretraining_tp", 1, 1) != 1) throw config.Unsupported("pretraining_tp", "1 (matrices in one piece)");
        var shape = LlamaConfigReader.Read(config);
        return shape with
        {
            AttentionBias = config.Boolean("attention_bias", false),
            FeedForwardBias = config.Boolean("mlp_bias", false),
            Windows = LlamaConfigReader.Windows(config, shape.Layers, 0),
        };
    }

    /// <inheritdoc/>
    public DecoderConfig Read(GgufConfig config)
    {
        var shape = GgufKeys.Read(config, false, "expert_count", "expert_used_count") with { WovenInGguf = true };
        if (config.Int32("expert_count", 0, 0) == 0) return shape;
        return shape with { Family = "mixtral", Names = MixtralArchitecture.Names, Mixture = Mixtures.Read(config, shape.FeedForwardWidth, normalised: true) };
    }

    /// <inheritdoc/>
    public void Write(DecoderConfig config, JsonObject root)
    {
        ConfigJson.Llama(root, config, "llama", "LlamaForCausalLM");
        (root["attention_bias"], root["mlp_bias"]) = (config.AttentionBias, config.FeedForwardBias);
        ConfigJson.Rope(root, config);
    }
}
