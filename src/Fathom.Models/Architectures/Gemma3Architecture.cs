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
        var shape = GgufKeys.Read(config, false, "final_logit_softcapping");
        var window = config.Int32("attention.sliding_window", 1, DefaultWindow);
        return GemmaReader.Common(shape) with
        {
            Names = GemmaReader.FourNorms,
            QueryKeyNorm = QueryKeyNorm.EveryHead,
            AttentionScale = GemmaReader.AttentionScale(shape, LargestLayers),
            LogitSoftCap = config.Has("final_logit_softcapping") ? (float)config.Positive("final_logit_softcapping") : 0,
            Windows = [.. Enumerable.Range(0, shape.Layers).Select(layer => (layer + 1) % DefaultPattern == 0 ? 0 : window)],
            WindowRope = new RopeConfig { RotaryDim = shape.HeadDim, MaxPositions = shape.ContextLength, Theta = DefaultLocalTheta },
        };
    }
}
