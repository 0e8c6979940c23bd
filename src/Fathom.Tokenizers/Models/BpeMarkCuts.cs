namespace Fathom.Tokenizers.Models;

/// <summary>
/// Where a text that no pre-tokenizer has cut may be cut all the same: before a mark for a space (U+2581) that follows another character.
/// No merge crosses such a place when no string of the vocabulary does, so both sides merge as they would together.
/// </summary>
internal static class BpeMarkCuts
{
    private const char Mark = '\u2581';

    /// <summary>Whether the cuts change nothing for a vocabulary and its settings.</summary>
    public static bool AreSafe(Vocabulary vocabulary, BpeOptions options, int extraSymbols) =>
        extraSymbols == 0 && !options.IgnoreMerges && string.IsNullOrEmpty(options.ContinuingSubwordPrefix) && string.IsNullOrEmpty(options.EndOfWordSuffix)
        && vocabulary.Find([Mark]) >= 0 && !vocabulary.HasInside("\u2581"u8);

    /// <summary>Whether the cuts change nothing for a SentencePiece vocabulary; the mark itself must be a piece that joins no run of unknown ones.</summary>
    public static bool AreSafe(SentencePieces pieces)
    {
        var mark = pieces.Vocabulary.Find([Mark]);
        return mark >= 0 && mark != pieces.Unknown && pieces.TypeOf(mark) == PieceTypes.Normal && !pieces.Vocabulary.HasInside("\u2581"u8);
    }

    /// <summary>Length of the first part of a text: up to the first mark behind another character, or all of it.</summary>
    public static int FirstPart(ReadOnlySpan<char> text)
    {
        var start = text.IndexOfAnyExcept(Mark);
        if (start < 0)
            return text.Length;
        var length = text[start..].IndexOf(Mark);
        return length < 0 ? text.Length : start + length;
    }
}
