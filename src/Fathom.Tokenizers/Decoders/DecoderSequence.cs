namespace Fathom.Tokenizers.Decoders;

/// <summary>Several decoders one after the other.</summary>
internal sealed class DecoderSequence(IDecoder[] steps) : IDecoder
{
    /// <summary>The decoders in their order.</summary>
    public IReadOnlyList<IDecoder> Steps => steps;

    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens)
    {
        foreach (var step in steps)
            tokens = step.Decode(tokens);
        return tokens;
    }
}
