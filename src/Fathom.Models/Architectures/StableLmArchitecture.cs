using System.Text.Json.Nodes;

namespace Fathom.Models.Architectures;

/// <summary>StableLM: Llama's blocks with layer norms and a part of each head turned; the 12B model with parallel blocks and a norm for every head.</summary>
internal sealed class StableLmArchitecture : IArchitecture
{
    // What transformers assumes where config.json does not say.
    private const int DefaultKeyValueHeads = 32;

    private static readonly TensorNames Names = new() { QueryNorm = "self_attn.q_layernorm.norms", KeyNorm = "self_attn.k_layernorm.norms" };

    /// <inheritdoc/>
    public IReadOnlyList<string> HuggingFaceTypes { get; } = ["stablelm"];

    /// <inheritdoc/>
    public IReadOnlyList<string> GgufTypes { get; } = ["stablelm"];

    /// <inheritdoc/>
    public DecoderConfig Read(HuggingFaceConfig config)
    {
        var defaults = new FamilyDefaults { KeyValueHeads = DefaultKeyValueHeads, NormEpsilonKey = "layer_norm_eps", NormEpsilon = 1e-5, RotaryShare = 0.25 };
        var parallel = config.Boolean("use_parallel_residual", false);
        return LlamaConfigReader.Read(config, defaults) with
        {
            Names = parallel ? Names with { FeedForwardNorm = null } : Names,
            Norm = NormKind.Layer,
            NormBias = true,
            QueryKeyValueBias = config.Boolean("use_qkv_bias", false),
            QueryKeyNorm = config.Boolean("qk_layernorm", false) ? QueryKeyNorm.OwnHead : QueryKeyNorm.None,
            ParallelBlock = parallel,
        };
    }

    /// <inheritdoc/>
    public DecoderConfig Read(GgufConfig config)
    {
        var shape = GgufKeys.Read(config, true, "use_parallel_residual");
        var parallel = !config.File.TryGetTensor("blk.0.ffn_norm.weight", out _);
        return shape with
        {
            Names = parallel ? Names with { FeedForwardNorm = null } : Names,
            Norm = NormKind.Layer,
            NormBias = true,
            AttentionBias = false,
            QueryKeyValueBias = config.File.TryGetTensor("blk.0.attn_q.bias", out _),
            QueryKeyNorm = config.File.TryGetTensor("blk.0.attn_q_norm.weight", out _) ? QueryKeyNorm.OwnHead : QueryKeyNorm.None,
            ParallelBlock = parallel,
        };
    }

    /// <inheritdoc/>
    public void Write(DecoderConfig config, JsonObject root)
    {
        ConfigJson.Llama(root, config, "stablelm", "StableLmForCausalLM", "layer_norm_eps", ownHeadDim: false);
        root["use_qkv_bias"] = config.QueryKeyValueBias;
        root["qk_layernorm"] = config.QueryKeyNorm == QueryKeyNorm.OwnHead;
        root["use_parallel_residual"] = config.ParallelBlock;
        ConfigJson.Rope(root, config, partial: true);
    }
}
