namespace Fathom.Tokenizers.Decoders;

/// <summary>Makes spaces of Metaspace's character; in the first token it is dropped, unless none was put before the text.</summary>
internal sealed class MetaspaceDecoder(string replacement, bool dropFirst) : IDecoder
{
    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens)
    {
        var result = new List<string>(tokens.Count);
        for (var i = 0; i < tokens.Count; i++)
            result.Add(tokens[i].Replace(replacement, i == 0 && dropFirst ? "" : " ", StringComparison.Ordinal));
        return result;
    }
}
