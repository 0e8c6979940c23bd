namespace Fathom.Tokenizers.Models;

/// <summary>
/// Where a text that no pre-tokenizer has cut may be cut all the same: before a mark for a space (U+2581) that follows another character.
/// No merge crosses such a place when no string of the vocabulary has that character before a mark, so both sides merge as they would together.
/// </summary>
internal sealed class BpeMarkCuts
{
    private const char Mark = '\u2581';

    // With more than these the cuts would be too few to be worth looking for.
    private const int MostJoining = 32;
    private readonly string _joining;

    private BpeMarkCuts(string joining) => _joining = joining;

    /// <summary>Whether every mark behind an ASCII letter is such a place.</summary>
    public bool BehindAllLetters => !_joining.AsSpan().ContainsAny(AsciiLetters);

    private static readonly System.Buffers.SearchValues<char> AsciiLetters = System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>The cuts for a vocabulary and its settings; <see langword="null"/> where there are none that change nothing.</summary>
    public static BpeMarkCuts? Of(Vocabulary vocabulary, BpeOptions options, int extraSymbols) =>
        extraSymbols == 0 && !options.IgnoreMerges && string.IsNullOrEmpty(options.ContinuingSubwordPrefix) && string.IsNullOrEmpty(options.EndOfWordSuffix)
        && vocabulary.Find([Mark]) >= 0 && Of(vocabulary, options.UnknownToken) is { } cuts

        // Where characters that the vocabulary lacks are dropped, what is before a mark need not be what the text has before it.
        && (cuts._joining.Length == 0 || (options.UnknownToken is { } unknown && vocabulary.Find(unknown) >= 0)) ? cuts : null;

    /// <summary>The same for a SentencePiece vocabulary; the mark itself must be a piece that joins no run of unknown ones.</summary>
    public static BpeMarkCuts? Of(SentencePieces pieces)
    {
        var mark = pieces.Vocabulary.Find([Mark]);
        return mark >= 0 && mark != pieces.Unknown && pieces.TypeOf(mark) == PieceTypes.Normal ? Of(pieces.Vocabulary, null) : null;
    }

    /// <summary>Length of the first part of a text: up to the first mark where it may be cut, or all of it.</summary>
    public int FirstPart(ReadOnlySpan<char> text)
    {
        for (var at = 1; at < text.Length; at++)
        {
            var found = text[at..].IndexOf(Mark);
            if (found < 0)
                break;
            at += found;
            if (text[at - 1] != Mark && !_joining.Contains(text[at - 1]))
                return at;
        }

        return text.Length;
    }

    private static BpeMarkCuts? Of(Vocabulary vocabulary, string? unknown)
    {
        var joining = new HashSet<char>();
        for (var id = 0; id < vocabulary.IdLimit; id++)
        {
            if (vocabulary.Bytes(id).LastIndexOf("\u2581"u8) <= 0)
                continue;
            var token = vocabulary.Token(id)!;
            for (var at = 1; at < token.Length; at++)
            {
                if (token[at] != Mark || token[at - 1] == Mark)
                    continue;

                // A byte token or the unknown one before the mark stands for a character that its string does not show.
                if ((at >= 6 && Decoders.ByteFallbackDecoder.TryByte(token[(at - 6)..at], out _)) || (unknown is not null && token.AsSpan(0, at).EndsWith(unknown, StringComparison.Ordinal)))
                    return null;
                joining.Add(token[at - 1]);
            }
        }

        return joining.Count > MostJoining ? null : new BpeMarkCuts(string.Concat(joining));
    }
}
