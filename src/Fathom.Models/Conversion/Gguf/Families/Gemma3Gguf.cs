using Fathom.Formats;
using Fathom.Models.Architectures;
using Fathom.Models.Positions;
using Fathom.Tensors.Autograd;

namespace Fathom.Models.Conversion;

/// <summary>Gemma 3's language model: a window in five of six layers, with rotary positions of their own.</summary>
internal sealed class Gemma3Gguf() : GgufFamily(new GgufRules("gemma3") { OwnHeadWidth = true, Activation = Activation.GeluTanh, Windows = true }, "gemma3_text")
{
    // llama.cpp knows the 27B model by its layers.
    private const int LargestLayers = 62;
    private const int Interval = 6;

    /// <inheritdoc/>
    public override string? Refusal(DecoderConfig config) =>
        config.AttentionSoftCap > 0 ? "scores with a soft cap" : config.WindowRope is { Kind: not RopeKind.Default } ? "scaled rotary positions in layers with a window" : null;

    /// <inheritdoc/>
    public override double ScoreScale(DecoderConfig config) => GemmaReader.AttentionScale(config, LargestLayers);

    /// <inheritdoc/>
    public override bool SeesWindow(int layer) => (layer + 1) % Interval != 0;

    /// <inheritdoc/>
    public override void Add(GgufMetadataBuilder metadata, DecoderConfig config)
    {
        if (config.LogitSoftCap > 0) metadata.Add(Key("final_logit_softcapping"), config.LogitSoftCap);
        if (config.WindowRope is { } local) metadata.Add(Key("rope.freq_base_swa"), (float)local.Theta);
    }
}
