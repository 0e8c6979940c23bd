using Fathom.Formats;
using Fathom.Models.Architectures;

namespace Fathom.Models.Conversion;

/// <summary>Command R and R+.</summary>
internal sealed class CohereGguf() : GgufFamily(new GgufRules("command-r") { Head = GgufHead.Tied }, "cohere")
{
    // llama.cpp knows Command R+ by its layers: from here on it expects norms of queries and keys.
    private const int LayersWithNorms = 64;

    /// <inheritdoc/>
    public override string? Refusal(DecoderConfig config) =>
        config.Layers >= LayersWithNorms == (config.QueryKeyNorm != QueryKeyNorm.None) ? null
            : $"{config.Layers} layers {(config.QueryKeyNorm == QueryKeyNorm.None ? "without" : "with")} norms of queries and keys, which it expects from {LayersWithNorms} layers on only";

    /// <inheritdoc/>
    public override void Add(GgufMetadataBuilder metadata, DecoderConfig config) => metadata.Add(Key("logit_scale"), config.LogitScale);
}
