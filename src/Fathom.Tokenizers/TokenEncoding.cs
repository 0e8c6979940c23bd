namespace Fathom.Tokenizers;

/// <summary>The tokens of a text, or of a pair of texts, with all that is known of each. All lists have the same length.</summary>
public sealed class TokenEncoding
{
    /// <summary>An encoding of no tokens.</summary>
    public static readonly TokenEncoding Empty = new() { Ids = [], Tokens = [], Offsets = [], WordIds = [], TypeIds = [], SequenceIds = [], SpecialTokensMask = [], AttentionMask = [] };

    /// <summary>Token ids.</summary>
    public required int[] Ids { get; init; }

    /// <summary>Token strings, as the vocabulary writes them; an added token's is the text it was found in.</summary>
    public required string[] Tokens { get; init; }

    /// <summary>Half-open ranges of the text in UTF-16 code units (indices of a C# string); of a pair, each in its own text; (0, 0) for tokens put in.</summary>
    public required (int Start, int End)[] Offsets { get; init; }

    /// <summary>Number of the word each token belongs to, -1 for tokens put in.</summary>
    public required int[] WordIds { get; init; }

    /// <summary>Type ids, as the post-processor sets them: mostly 0 for the first text and 1 for the second.</summary>
    public required int[] TypeIds { get; init; }

    /// <summary>0 for tokens of the first text, 1 for the second, -1 for tokens put in.</summary>
    public required int[] SequenceIds { get; init; }

    /// <summary>1 for tokens that the post-processor or padding put in, else 0.</summary>
    public required int[] SpecialTokensMask { get; init; }

    /// <summary>0 for padding, else 1.</summary>
    public required int[] AttentionMask { get; init; }

    /// <summary>What truncation cut off, in pieces of the same shape.</summary>
    public IReadOnlyList<TokenEncoding> Overflowing { get; init; } = [];

    /// <summary>Number of tokens.</summary>
    public int Count => Ids.Length;

    /// <summary>The offsets in Unicode code points of the text instead of UTF-16 code units.</summary>
    /// <param name="text">The text that was encoded.</param>
    /// <returns>Half-open ranges, one a token.</returns>
    public (int Start, int End)[] OffsetsInCodePoints(ReadOnlySpan<char> text)
    {
        var at = new int[text.Length + 1];
        for (var i = 0; i < text.Length; i++)
        {
            var second = char.IsLowSurrogate(text[i]) && i > 0 && char.IsHighSurrogate(text[i - 1]);
            at[i + 1] = at[i] + (second ? 0 : 1);
        }

        return Array.ConvertAll(Offsets, o => (at[o.Start], at[o.End]));
    }
}
