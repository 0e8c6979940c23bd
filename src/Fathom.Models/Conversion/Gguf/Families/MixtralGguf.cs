using Fathom.Formats;
using Fathom.Models.Architectures;

namespace Fathom.Models.Conversion;

/// <summary>Mixtral: a llama with experts.</summary>
internal sealed class MixtralGguf() : GgufFamily(new GgufRules("llama") { Woven = true, OwnHeadWidth = true, Divisors = true }, "mixtral")
{
    /// <inheritdoc/>
    public override void Add(GgufMetadataBuilder metadata, DecoderConfig config) =>
        metadata.Add(Key("expert_count"), config.Mixture!.Experts).Add(Key("expert_used_count"), config.Mixture.PerToken);
}
