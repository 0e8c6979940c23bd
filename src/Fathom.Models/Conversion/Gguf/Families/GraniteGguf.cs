using Fathom.Formats;
using Fathom.Models.Architectures;

namespace Fathom.Models.Conversion;

/// <summary>Granite: a llama whose factors all have keys.</summary>
internal sealed class GraniteGguf() : GgufFamily(
    new GgufRules("granite") { Woven = true, AttentionBias = true, QueryKeyValueBias = true, FeedForwardBias = true, OwnHeadWidth = true, Divisors = true },
    "granite")
{
    /// <inheritdoc/>
    public override double ScoreScale(DecoderConfig config) => config.AttentionScale;

    /// <inheritdoc/>
    public override void Add(GgufMetadataBuilder metadata, DecoderConfig config) => metadata
        .Add(Key("embedding_scale"), config.EmbeddingScale).Add(Key("attention.scale"), config.AttentionScale)
        .Add(Key("residual_scale"), config.ResidualScale).Add(Key("logit_scale"), 1 / config.LogitScale);
}
