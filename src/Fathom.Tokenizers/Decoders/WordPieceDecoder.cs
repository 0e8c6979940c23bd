namespace Fathom.Tokenizers.Decoders;

/// <summary>Joins pieces that begin with the prefix and puts a space before the others.</summary>
internal sealed class WordPieceDecoder(string prefix, bool cleanup) : IDecoder
{
    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens)
    {
        var result = new List<string>(tokens.Count);
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            if (i > 0)
                token = token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : " " + token;
            result.Add(cleanup ? EnglishCleanup.Clean(token) : token);
        }

        return result;
    }
}
