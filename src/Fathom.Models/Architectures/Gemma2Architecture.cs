using System.Text.Json.Nodes;

namespace Fathom.Models.Architectures;

/// <summary>Gemma 2: Gemma with norms around attention and feed-forward, soft caps, and a window in every other layer.</summary>
internal sealed class Gemma2Architecture : IArchitecture
{
    // What transformers assumes where config.json does not say.
    private const int DefaultKeyValueHeads = 4;
    private const int DefaultWindow = 4096;

    // The 27B model, whose scale GGUF files have no key for.
    private const int LargestLayers = 46;

    /// <inheritdoc/>
    public IReadOnlyList<string> HuggingFaceTypes { get; } = ["gemma2"];

    /// <inheritdoc/>
    public IReadOnlyList<string> GgufTypes { get; } = ["gemma2"];

    /// <inheritdoc/>
    public DecoderConfig Read(HuggingFaceConfig config)
    {
        var shape = LlamaConfigReader.Read(config, GemmaReader.Defaults(config, DefaultKeyValueHeads));
        return GemmaReader.Common(config, shape) with
        {
            Names = GemmaReader.FourNorms,
            AttentionScale = GemmaReader.AttentionScale(config),
            AttentionSoftCap = GemmaReader.SoftCap(config, "attn_logit_softcapping", 50),
            LogitSoftCap = GemmaReader.SoftCap(config, "final_logit_softcapping", 30),
            Windows = LayerWindows.Pattern(config, shape.Layers, config.Int32("sliding_window", 1, DefaultWindow), 2),
        };
    }

    /// <inheritdoc/>
    public DecoderConfig Read(GgufConfig config)
    {
        var shape = GgufKeys.Read(config, false, "attn_logit_softcapping", "final_logit_softcapping");
        var window = config.Int32("attention.sliding_window", 1, DefaultWindow);
        return GemmaReader.Common(shape) with
        {
            Names = GemmaReader.FourNorms,
            AttentionScale = GemmaReader.AttentionScale(shape, LargestLayers),
            AttentionSoftCap = (float)config.Positive("attn_logit_softcapping", 50),
            LogitSoftCap = (float)config.Positive("final_logit_softcapping", 30),
            Windows = LlamaConfigReader.Windows(config, shape.Layers, window, 2),
        };
    }

    /// <inheritdoc/>
    public void Write(DecoderConfig config, JsonObject root)
    {
        ConfigJson.Llama(root, config, "gemma2", "Gemma2ForCausalLM");
        GemmaReader.Write(root, config);
        root["query_pre_attn_scalar"] = GemmaReader.PreAttentionScalar(config);
        root["attn_logit_softcapping"] = GemmaReader.OrNull(config.AttentionSoftCap);
        root["final_logit_softcapping"] = GemmaReader.OrNull(config.LogitSoftCap);
        if (ConfigJson.Windows(root, config) is > 0 and var window) root["sliding_window"] = window;
        ConfigJson.Rope(root, config);
    }
}
