namespace Fathom.Tokenizers.Models;

/// <summary>SentencePiece's character model, and its word model: every character, or every word, is looked up as it is.</summary>
internal sealed class SentencePieceCharModel(SentencePieces pieces, int[]? fallback, bool words) : SentencePieceModel(pieces, fallback)
{
    /// <inheritdoc/>
    protected override void Cut(ReadOnlySpan<byte> text, SentencePieceOutput output)
    {
        for (var at = 0; at < text.Length;)
        {
            var length = words ? WordLength(text[at..]) : Math.Min(text[at] < 0x80 ? 1 : text[at] < 0xE0 ? 2 : text[at] < 0xF0 ? 3 : 4, text.Length - at);
            var id = Vocabulary.Find(text.Slice(at, length));
            output.Add(id >= 0 && Pieces.IsMatched(id) ? id : -1, length);
            at += length;
        }
    }

    private static int WordLength(ReadOnlySpan<byte> text)
    {
        var next = text[1..].IndexOf("\u2581"u8);
        return next < 0 ? text.Length : next + 1;
    }
}
