using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.PreTokenizers;

/// <summary>Cuts into pieces of a number of characters.</summary>
internal sealed class FixedLengthPreTokenizer(int length) : IPreTokenizer
{
    /// <inheritdoc/>
    public bool WorksInParts => false;

    /// <inheritdoc/>
    public bool OnlyCuts => true;

    /// <inheritdoc/>
    public bool NeedsSource => false;

    /// <inheritdoc/>
    public void Apply(PieceText text)
    {
        var chars = text.Text.Chars;
        foreach (var piece in text.Pieces.Items)
        {
            if (piece.IsToken)
            {
                text.NextPieces.Add(piece);
                continue;
            }

            var start = piece.Start;
            var count = 0;
            for (var i = piece.Start; i < piece.End;)
            {
                CodePoints.At(chars, i, out var units);
                i += units;
                if (++count == length)
                {
                    text.NextPieces.AddWord(start, i);
                    start = i;
                    count = 0;
                }
            }

            text.NextPieces.AddWord(start, piece.End);
        }

        text.CommitPieces();
    }
}
