using Fathom.Models.Architectures;

namespace Fathom.Models.Conversion;

/// <summary>SmolLM3: every fourth layer knows no positions, which no key says.</summary>
internal sealed class SmolLm3Gguf() : GgufFamily(new GgufRules("smollm3") { Woven = true, QueryKeyValueBias = true, OwnHeadWidth = true }, "smollm3")
{
    private const int Interval = 4;

    /// <inheritdoc/>
    public override string? Refusal(DecoderConfig config) =>
        config.LayersWithoutRope.SequenceEqual(Enumerable.Range(0, config.Layers).Where(layer => (layer + 1) % Interval == 0)) ? null : $"layers without positions that are not every {Interval}th ({string.Join(", ", config.LayersWithoutRope)})";
}
