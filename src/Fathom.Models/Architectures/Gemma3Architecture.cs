using System.Text.Json.Nodes;
using Fathom.Models.Positions;

namespace Fathom.Models.Architectures;

/// <summary>Gemma 3's language model: Gemma 2 with norms of queries and keys instead of soft caps, and rotary positions of their own in the layers with a window.</summary>
internal sealed class Gemma3Architecture : IArchitecture
{
    // What transformers assumes where config.json does not say.
    private const int DefaultKeyValueHeads = 4;
    private const int DefaultWindow = 4096;
    private const int DefaultPattern = 6;
    private const double DefaultTheta = 1e6;
    private const double DefaultLocalTheta = 1e4;

    // The 27B model, whose scale GGUF files have no key for.
    private const int LargestLayers = 62;

    /// <inheritdoc/>
    public IReadOnlyList<string> HuggingFaceTypes { get; } = ["gemma3_text"];

    /// <inheritdoc/>
    public IReadOnlyList<string> GgufTypes { get; } = ["gemma3"];

    /// <inheritdoc/>
    public DecoderConfig Read(HuggingFaceConfig config)
    {
        var headDim = config.Int32("head_dim", 2, GemmaReader.DefaultHeadDim);
        var positions = config.Int32("max_position_embeddings");
        var parts = config.Section("rope_parameters");
        var (global, local) = (parts?.Section("full_attention") ?? config.Section("rope_scaling"), parts?.Section("sliding_attention"));
        if (parts is not null && (!parts.Has("full_attention") || !parts.Has("sliding_attention"))) throw config.Wrong("rope_parameters", "must have full_attention and sliding_attention");
        if (parts is not null && !config.IsNeutral("rope_scaling")) throw config.Wrong("rope_scaling", "stands beside rope_parameters: results depend on which is meant; take one out");
        var rope = HuggingFaceRope.Read(config, global, headDim, positions, config.Positive("rope_theta", DefaultTheta));
        var shape = LlamaConfigReader.Read(config, GemmaReader.Defaults(config, DefaultKeyValueHeads) with { Rope = rope });
        return GemmaReader.Common(config, shape) with
        {
            Names = GemmaReader.FourNorms,
            QueryKeyNorm = QueryKeyNorm.EveryHead,
            AttentionScale = GemmaReader.AttentionScale(config),
            AttentionSoftCap = GemmaReader.SoftCap(config, "attn_logit_softcapping", 0),
            LogitSoftCap = GemmaReader.SoftCap(config, "final_logit_softcapping", 0),
            Windows = LayerWindows.Pattern(config, shape.Layers, config.Int32("sliding_window", 1, DefaultWindow), config.Int32("sliding_window_pattern", 1, DefaultPattern)),
            WindowRope = HuggingFaceRope.Read(config, local, headDim, positions, config.Positive("rope_local_base_freq", DefaultLocalTheta)),
        };
    }

    /// <inheritdoc/>
    public DecoderConfig Read(GgufConfig config)
    {
        var shape = GgufKeys.Read(config, false, "final_logit_softcapping", "rope.freq_base_swa");
        var window = config.Int32("attention.sliding_window", 0, 0);
        return GemmaReader.Common(shape) with
        {
            Names = GemmaReader.FourNorms,
            QueryKeyNorm = QueryKeyNorm.EveryHead,
            AttentionScale = GemmaReader.AttentionScale(shape, LargestLayers),
            LogitSoftCap = config.Has("final_logit_softcapping") ? (float)config.Positive("final_logit_softcapping") : 0,
            Windows = LlamaConfigReader.Windows(config, shape.Layers, window, DefaultPattern),
            WindowRope = new RopeConfig { RotaryDim = shape.HeadDim, MaxPositions = shape.ContextLength, Theta = config.Positive("rope.freq_base_swa", DefaultLocalTheta) },
        };
    }

    /// <inheritdoc/>
    public void Write(DecoderConfig config, JsonObject root)
    {
        ConfigJson.Llama(root, config, "gemma3_text", "Gemma3ForCausalLM");
        GemmaReader.Write(root, config);
        root["query_pre_attn_scalar"] = GemmaReader.PreAttentionScalar(config);
        root["attn_logit_softcapping"] = GemmaReader.OrNull(config.AttentionSoftCap);
        root["final_logit_softcapping"] = GemmaReader.OrNull(config.LogitSoftCap);
        if (ConfigJson.Windows(root, config) is > 0 and var window) root["sliding_window"] = window;
        var local = config.WindowRope ?? config.Rope;
        if (ConfigJson.Scaling(local) is not null) throw new FathomException("config.json has no words for scaled rotary positions in the layers with a window");
        root["rope_local_base_freq"] = local.Theta;
        ConfigJson.Rope(root, config);
    }
}
