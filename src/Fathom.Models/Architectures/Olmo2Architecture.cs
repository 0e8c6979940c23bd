using System.Text.Json.Nodes;

namespace Fathom.Models.Architectures;

/// <summary>OLMo 2: Llama's blocks with norms behind attention and feed-forward only, and norms over all queries and all keys.</summary>
internal sealed class Olmo2Architecture : IArchitecture
{
    private static readonly TensorNames Names = new()
    {
        AttentionNorm = null,
        AttentionOutputNorm = "post_attention_layernorm",
        FeedForwardNorm = null,
        FeedForwardOutputNorm = "post_feedforward_layernorm",
    };

    /// <inheritdoc/>
    public IReadOnlyList<string> HuggingFaceTypes { get; } = ["olmo2"];

    /// <inheritdoc/>
    public IReadOnlyList<string> GgufTypes { get; } = ["olmo2"];

    /// <inheritdoc/>
    public DecoderConfig Read(HuggingFaceConfig config)
    {
        return LlamaConfigReader.Read(config, new FamilyDefaults { NormEpsilon = 1e-5 }) with
        {
            Names = Names,
            QueryKeyNorm = QueryKeyNorm.Whole,
            AttentionBias = config.Boolean("attention_bias", false),
        };
    }

    /// <inheritdoc/>
    public DecoderConfig Read(GgufConfig config) => GgufKeys.Read(config, false) with { Names = Names, QueryKeyNorm = QueryKeyNorm.Whole };

    /// <inheritdoc/>
    public void Write(DecoderConfig config, JsonObject root)
    {
        ConfigJson.Llama(root, config, "olmo2", "Olmo2ForCausalLM", ownHeadDim: false);
        root["attention_bias"] = config.AttentionBias;
        ConfigJson.Rope(root, config);
    }
}
