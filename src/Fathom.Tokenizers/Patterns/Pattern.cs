using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Patterns;

/// <summary>Something that can be found in text. Stateless.</summary>
internal abstract class Pattern
{
    /// <summary>Whether a match can depend on what stands before it, so that cutting the text at a match's start could change matches.</summary>
    public virtual bool LooksLeft => false;

    /// <summary>Finds the first match that begins at or after <paramref name="from"/>.</summary>
    public abstract bool TryFind(ReadOnlySpan<char> text, int from, out int start, out int end);

    /// <summary>Cuts every piece at the borders of all matches.</summary>
    public virtual void CutAll(PieceText text)
    {
        var next = text.NextPieces;
        foreach (var piece in text.Pieces.Items)
        {
            if (piece.IsToken)
            {
                next.Add(piece);
                continue;
            }

            var chars = text.Text.Chars[piece.Start..piece.End];
            var behind = 0;
            var matches = new MatchEnumerator(this, chars);
            while (matches.MoveNext())
            {
                next.AddWord(piece.Start + behind, piece.Start + matches.Start);
                next.AddWord(piece.Start + matches.Start, piece.Start + matches.End);
                behind = matches.End;
            }

            next.AddWord(piece.Start + behind, piece.End);
        }

        text.CommitPieces();
    }
}
