using Fathom.Formats;
using Fathom.Models.Architectures;
using Fathom.Tensors.Autograd;

namespace Fathom.Models.Conversion;

/// <summary>Gemma 2: a window in every other layer, and a factor on scores that no key says.</summary>
internal sealed class Gemma2Gguf() : GgufFamily(new GgufRules("gemma2") { OwnHeadWidth = true, Head = GgufHead.Tied, Activation = Activation.GeluTanh, Windows = true }, "gemma2")
{
    // llama.cpp knows the 27B model by its layers.
    private const int LargestLayers = 46;
    private const int Interval = 2;

    /// <inheritdoc/>
    public override string? Refusal(DecoderConfig config) => config.AttentionSoftCap > 0 ? null : "scores without a soft cap";

    /// <inheritdoc/>
    public override double ScoreScale(DecoderConfig config) => GemmaReader.AttentionScale(config, LargestLayers);

    /// <inheritdoc/>
    public override bool SeesWindow(int layer) => (layer + 1) % Interval != 0;

    /// <inheritdoc/>
    public override void Add(GgufMetadataBuilder metadata, DecoderConfig config) =>
        metadata.Add(Key("attn_logit_softcapping"), config.AttentionSoftCap).Add(Key("final_logit_softcapping"), config.LogitSoftCap);
}
