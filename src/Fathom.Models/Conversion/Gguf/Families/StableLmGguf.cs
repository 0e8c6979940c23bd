using Fathom.Formats;
using Fathom.Models.Architectures;

namespace Fathom.Models.Conversion;

/// <summary>StableLM.</summary>
internal sealed class StableLmGguf() : GgufFamily(new GgufRules("stablelm") { QueryKeyValueBias = true, PartialRope = true, Head = GgufHead.Own }, "stablelm")
{
    /// <inheritdoc/>
    public override void Add(GgufMetadataBuilder metadata, DecoderConfig config) => metadata.Add(Key("use_parallel_residual"), config.ParallelBlock);
}
