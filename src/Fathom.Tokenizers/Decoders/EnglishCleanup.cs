namespace Fathom.Tokenizers.Decoders;

/// <summary>The clean-up of spaces in decoded English that WordPiece and CTC do.</summary>
internal static class EnglishCleanup
{
    private static readonly (string From, string To)[] Rules =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
        (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    /// <summary>Cleans one token's text.</summary>
    public static string Clean(string text)
    {
        foreach (var (from, to) in Rules)
            text = text.Replace(from, to, StringComparison.Ordinal);
        return text;
    }
}
