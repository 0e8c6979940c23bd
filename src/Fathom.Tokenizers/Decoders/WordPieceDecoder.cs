namespace Fathom.Tokenizers.Decoders;

/// <summary>Joins pieces that begin with the prefix and puts a space before the others.</summary>
internal sealed class WordPieceDecoder(string prefix, bool cleanup) : ITokenwiseDecoder
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
    public string DecodeOne(string token, bool first)
    {
        if (!first)
            token = token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : " " + token;
        return cleanup ? EnglishCleanup.Clean(token) : token;
    }
}
