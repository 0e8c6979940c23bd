namespace Fathom.Tokenizers.Decoders;

/// <summary>Joins all tokens to one, so that later steps see the whole.</summary>
internal sealed class FuseDecoder : IDecoder
{
    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens) => [string.Concat(tokens)];
}
