using System.Text;
using Fathom.Tokenizers.Patterns;

namespace Fathom.Tokenizers.Decoders;

/// <summary>Replaces every match of a pattern in each token.</summary>
internal sealed class ReplaceDecoder(Pattern pattern, string content) : ITokenwiseDecoder
{
    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens) => tokens.ConvertAll(Replace);

    /// <inheritdoc/>
    public string DecodeOne(string token, bool first) => Replace(token);

    private string Replace(string token)
    {
        var matches = new MatchEnumerator(pattern, token);
        StringBuilder? result = null;
        var behind = 0;
        while (matches.MoveNext())
        {
            result ??= new StringBuilder(token.Length);
            result.Append(token, behind, matches.Start - behind).Append(content);
            behind = matches.End;
        }

        return result?.Append(token, behind, token.Length - behind).ToString() ?? token;
    }
}
