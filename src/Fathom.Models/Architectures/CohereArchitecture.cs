using System.Text.Json.Nodes;

namespace Fathom.Models.Architectures;

/// <summary>Command R and R+: parallel blocks under one layer norm without bias, neighbouring numbers turned together, a factor on the logits; in R+ a norm over each head with weights of its own.</summary>
internal sealed class CohereArchitecture : IArchitecture
{
    private static readonly TensorNames Names = new() { FeedForwardNorm = null };

    /// <inheritdoc/>
    public IReadOnlyList<string> HuggingFaceTypes { get; } = ["cohere"];

    /// <inheritdoc/>
    public IReadOnlyList<string> GgufTypes { get; } = ["command-r"];

    /// <inheritdoc/>
    public DecoderConfig Read(HuggingFaceConfig config)
    {
        return LlamaConfigReader.Read(config, new FamilyDefaults { NormEpsilonKey = "layer_norm_eps", NormEpsilon = 1e-5, TiedHead = true }) with
        {
            Names = Names,
            Norm = NormKind.Layer,
            AttentionBias = config.Boolean("attention_bias", false),
            QueryKeyNorm = config.Boolean("use_qk_norm", false) ? QueryKeyNorm.OwnHeadTogether : QueryKeyNorm.None,
            ParallelBlock = true,
            RopeOnNeighbours = true,
            LogitScale = (float)config.Positive("logit_scale", 0.0625),
        };
    }

    /// <inheritdoc/>
    public DecoderConfig Read(GgufConfig config)
    {
        var shape = GgufKeys.Read(config, false, "logit_scale");
        return shape with
        {
            Names = Names,
            Norm = NormKind.Layer,
            QueryKeyNorm = config.File.TryGetTensor("blk.0.attn_q_norm.weight", out _) ? QueryKeyNorm.OwnHeadTogether : QueryKeyNorm.None,
            ParallelBlock = true,
            RopeOnNeighbours = true,
            LogitScale = (float)config.Positive("logit_scale", 0.0625),
        };
    }

    /// <inheritdoc/>
    public void Write(DecoderConfig config, JsonObject root)
    {
        ConfigJson.Llama(root, config, "cohere", "CohereForCausalLM", "layer_norm_eps", ownHeadDim: false);
        root["attention_bias"] = config.AttentionBias;
        root["logit_scale"] = config.LogitScale;
        root["use_qk_norm"] = config.QueryKeyNorm == QueryKeyNorm.OwnHeadTogether;
        ConfigJson.Rope(root, config);
    }
}
