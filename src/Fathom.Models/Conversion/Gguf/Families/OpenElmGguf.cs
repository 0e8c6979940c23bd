using Fathom.Models.Architectures;

namespace Fathom.Models.Conversion;

/// <summary>OpenELM: sizes layer by layer.</summary>
internal sealed class OpenElmGguf() : GgufFamily(new GgufRules("openelm") { OwnHeadWidth = true, Head = GgufHead.Tied }, "openelm")
{
    /// <inheritdoc/>
    public override bool SplitsGateUp => true;

    /// <inheritdoc/>
    public override string? Refusal(DecoderConfig config) =>
        !config.GatedFeedForward ? "a feed-forward without a gate" : config.QueryKeyNorm == QueryKeyNorm.EveryHead ? null : "queries and keys without norms";
}
