namespace Fathom.Tokenizers.Decoders;

/// <summary>Makes spaces of Metaspace's character; in the first token it is dropped, unless none was put before the text.</summary>
internal sealed class MetaspaceDecoder(string replacement, bool dropFirst) : ITokenwiseDecoder
{
    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens)
    {
        var result = new List<string>(tokens.Count);
        for (var i = 0; i < tokens.Count; i++)
            result.Add(DecodeOne(tokens[i], i == 0));
        return result;
    }

    /// <inheritdoc/>
    public string DecodeOne(string token, bool first) => token.Replace(replacement, first && dropFirst ? "" : " ", StringComparison.Ordinal);
}
