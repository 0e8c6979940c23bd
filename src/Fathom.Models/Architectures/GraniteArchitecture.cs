using System.Text.Json.Nodes;

namespace Fathom.Models.Architectures;

/// <summary>Granite: Llama's blocks with factors on embeddings, scores, residuals and logits.</summary>
internal sealed class GraniteArchitecture : IArchitecture
{
    /// <inheritdoc/>
    public IReadOnlyList<string> HuggingFaceTypes { get; } = ["granite"];

    /// <inheritdoc/>
    public IReadOnlyList<string> GgufTypes { get; } = ["granite"];

    /// <inheritdoc/>
    public DecoderConfig Read(HuggingFaceConfig config)
    {
        return LlamaConfigReader.Read(config) with
        {
            AttentionBias = config.Boolean("attention_bias", false),
            FeedForwardBias = config.Boolean("mlp_bias", false),
            EmbeddingScale = (float)config.Positive("embedding_multiplier", 1),
            AttentionScale = (float)config.Positive("attention_multiplier", 1),
            ResidualScale = (float)config.Positive("residual_multiplier", 1),
            LogitScale = (float)(1 / config.Positive("logits_scaling", 1)),
        };
    }

    /// <inheritdoc/>
    public DecoderConfig Read(GgufConfig config) => GgufKeys.Read(config, false, "embedding_scale", "attention.scale", "residual_scale", "logit_scale") with
    {
        WovenInGguf = true,
        EmbeddingScale = (float)config.Positive("embedding_scale", 1),
        AttentionScale = (float)config.Positive("attention.scale", 1),
        ResidualScale = (float)config.Positive("residual_scale", 1),
        LogitScale = (float)(1 / config.Positive("logit_scale", 1)),
    };

    /// <inheritdoc/>
    public void Write(DecoderConfig config, JsonObject root)
    {
        ConfigJson.Llama(root, config, "granite", "GraniteForCausalLM", ownHeadDim: config.HeadDim * config.Heads != config.Width);
        (root["attention_bias"], root["mlp_bias"]) = (config.AttentionBias, config.FeedForwardBias);
        root["embedding_multiplier"] = config.EmbeddingScale;
        root["attention_multiplier"] = config.AttentionScale;
        root["residual_multiplier"] = config.ResidualScale;
        root["logits_scaling"] = 1 / config.LogitScale;
        ConfigJson.Rope(root, config);
    }
}
