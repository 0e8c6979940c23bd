using Fathom.Formats;
using Fathom.Models.Architectures;
using Fathom.Tensors.Autograd;

namespace Fathom.Models.Conversion;

/// <summary>GPT-NeoX and Pythia.</summary>
internal sealed class GptNeoXGguf() : GgufFamily(
    new GgufRules("gptneox") { AttentionBias = true, FeedForwardBias = true, BiasesRequired = true, PartialRope = true, Head = GgufHead.Own, Activation = Activation.GeluTanh },
    "gpt_neox")
{
    /// <inheritdoc/>
    public override void Add(GgufMetadataBuilder metadata, DecoderConfig config) => metadata.Add(Key("use_parallel_residual"), config.ParallelBlock);
}
