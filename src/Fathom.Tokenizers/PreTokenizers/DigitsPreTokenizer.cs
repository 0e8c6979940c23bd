using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.PreTokenizers;

/// <summary>Cuts runs of numeric characters from the rest, or each numeric character by itself.</summary>
internal sealed class DigitsPreTokenizer(bool individual) : IPreTokenizer
{
    /// <inheritdoc/>
    public bool WorksInParts => true;

    /// <inheritdoc/>
    public bool OnlyCuts => true;

    /// <inheritdoc/>
    public bool NeedsSource => false;

    /// <inheritdoc/>
    public void Apply(PieceText text)
    {
        var chars = text.Text.Chars;
        var next = text.NextPieces;
        foreach (var piece in text.Pieces.Items)
        {
            if (piece.IsToken)
            {
                next.Add(piece);
                continue;
            }

            var start = piece.Start;
            var wasNumber = false;
            for (var i = piece.Start; i < piece.End;)
            {
                var number = CodePoints.IsNumber(CodePoints.At(chars, i, out var units));
                if (i > start && (number != wasNumber || (number && individual)))
                {
                    next.AddWord(start, i);
                    start = i;
                }

                wasNumber = number;
                i += units;
            }

            next.AddWord(start, piece.End);
        }

        text.CommitPieces();
    }
}
