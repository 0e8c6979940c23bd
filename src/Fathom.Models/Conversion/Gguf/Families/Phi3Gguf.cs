using Fathom.Formats;
using Fathom.Models.Architectures;

namespace Fathom.Models.Conversion;

/// <summary>Phi-3 and Phi-4; a window of 0 tells Phi-4 from the others.</summary>
internal sealed class Phi3Gguf() : GgufFamily(new GgufRules("phi3") { PartialRope = true, LongRope = true }, "phi3")
{
    /// <inheritdoc/>
    public override void Add(GgufMetadataBuilder metadata, DecoderConfig config)
    {
        if (config.Windows.All(window => window == 0)) metadata.Add(Key("attention.sliding_window"), 0);
    }
}
