using Fathom.Formats;
using Fathom.Models.Architectures;
using Fathom.Tensors.Autograd;

namespace Fathom.Models.Conversion;

/// <summary>Falcon 7B, 40B and 180B; not the oldest, which have ALiBi.</summary>
internal sealed class FalconGguf() : GgufFamily(new GgufRules("falcon") { Activation = Activation.GeluTanh }, "falcon", "RefinedWeb", "RefinedWebModel")
{
    /// <inheritdoc/>
    public override string? Refusal(DecoderConfig config) => config.ParallelBlock ? null : "attention and feed-forward one after the other";

    /// <inheritdoc/>
    public override void Add(GgufMetadataBuilder metadata, DecoderConfig config) => metadata.Add(Key("tensor_data_layout"), FalconArchitecture.Layout);
}
