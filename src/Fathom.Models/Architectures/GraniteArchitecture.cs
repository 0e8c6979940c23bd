namespace Fathom.Models.Architectures;

/// <summary>Granite: Llama's blocks with factors on embeddings, scores, residuals and logits.</summary>
internal sealed class GraniteArchitecture : IArchitecture
{
    /// <inheritdoc/>
    public IReadOnlyList<string> HuggingFaceTypes { get; } = ["granite"];

    /// <inheritdoc/>
    public IReadOnlyList<string> GgufTypes { get; } = [];

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
    public DecoderConfig Read(GgufConfig config) => throw new FathomException($"{config.Location}: GGUF files of this family are not read yet; use the model's original files");
}
