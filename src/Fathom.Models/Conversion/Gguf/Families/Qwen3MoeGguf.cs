using Fathom.Formats;
using Fathom.Models.Architectures;

namespace Fathom.Models.Conversion;

/// <summary>Qwen 3 with experts.</summary>
internal sealed class Qwen3MoeGguf() : GgufFamily(new GgufRules("qwen3moe") { OwnHeadWidth = true }, "qwen3_moe")
{
    /// <inheritdoc/>
    public override string? Refusal(DecoderConfig config) => config.Mixture!.Normalised ? null : "experts whose shares do not sum to 1 (norm_topk_prob false)";

    /// <inheritdoc/>
    public override IEnumerable<string> Notes(DecoderConfig config)
    {
        if (config.Mixture!.DenseLayers.Count > 0) yield return $"llama.cpp loads no model of this family with layers without experts ({string.Join(", ", config.Mixture.DenseLayers)}): this file is for Fathom";
    }

    /// <inheritdoc/>
    public override void Add(GgufMetadataBuilder metadata, DecoderConfig config) =>
        metadata.Add(Key("expert_count"), config.Mixture!.Experts).Add(Key("expert_used_count"), config.Mixture.PerToken).Add(Key("expert_feed_forward_length"), config.Mixture.Width);
}
