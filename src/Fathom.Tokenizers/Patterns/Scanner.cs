using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Patterns;

/// <summary>A pattern written by hand whose matches cover all text without gaps.</summary>
internal abstract class Scanner : Pattern
{
    /// <inheritdoc/>
    public sealed override bool TryFind(ReadOnlySpan<char> text, int from, out int start, out int end)
    {
        start = from;
        end = from < text.Length ? Next(text, from) : from;
        return from < text.Length;
    }

    /// <inheritdoc/>
    public override void CutAll(PieceText text)
    {
        var next = text.NextPieces;
        var chars = text.Text.Chars;
        foreach (var piece in text.Pieces.Items)
        {
            if (piece.IsToken)
            {
                next.Add(piece);
                continue;
            }

            var within = chars[..piece.End];
            for (var at = piece.Start; at < piece.End;)
            {
                var end = Next(within, at);
                next.AddWord(at, end);
                at = end;
            }
        }

        text.CommitPieces();
    }

    /// <summary>End of the match that begins at <paramref name="at"/>; nothing before it is looked at.</summary>
    protected abstract int Next(ReadOnlySpan<char> text, int at);
}
