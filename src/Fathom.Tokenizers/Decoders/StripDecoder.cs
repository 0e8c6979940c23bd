namespace Fathom.Tokenizers.Decoders;

/// <summary>Drops up to so many of a character from the start and the end of each token.</summary>
internal sealed class StripDecoder(string content, int start, int stop) : IDecoder
{
    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens) => tokens.ConvertAll(Strip);

    /// <summary>What is left of one text.</summary>
    public ReadOnlySpan<char> Strip(ReadOnlySpan<char> text)
    {
        if (content.Length == 0)
            return text;
        for (var i = 0; i < start && text.StartsWith(content, StringComparison.Ordinal); i++)
            text = text[content.Length..];
        for (var i = 0; i < stop && text.EndsWith(content, StringComparison.Ordinal); i++)
            text = text[..^content.Length];
        return text;
    }

    private string Strip(string token)
    {
        var text = Strip(token.AsSpan());
        return text.Length == token.Length ? token : text.ToString();
    }
}
