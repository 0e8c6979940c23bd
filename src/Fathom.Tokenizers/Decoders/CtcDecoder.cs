namespace Fathom.Tokenizers.Decoders;

/// <summary>Connectionist temporal classification: repeated tokens count once, padding is dropped, a token stands for the space.</summary>
internal sealed class CtcDecoder(string padToken, string wordDelimiter, bool cleanup) : IDecoder
{
    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens)
    {
        var result = new List<string>(tokens.Count);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (i > 0 && tokens[i] == tokens[i - 1])
                continue;
            var text = Replaced(tokens[i], padToken, "");
            if (cleanup)
                text = Replaced(EnglishCleanup.Clean(text), wordDelimiter, " ");
            if (text.Length > 0)
                result.Add(text);
        }

        return result;
    }

    private static string Replaced(string text, string from, string to) =>
        from.Length == 0 ? text : text.Replace(from, to, StringComparison.Ordinal);
}
