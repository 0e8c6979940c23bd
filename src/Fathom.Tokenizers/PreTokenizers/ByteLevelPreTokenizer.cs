using System.Buffers;
using System.Text;
using Fathom.Tokenizers.Patterns;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.PreTokenizers;

/// <summary>Cuts by GPT-2's pattern, if asked to, and writes each byte of UTF-8 as its letter.</summary>
internal sealed class ByteLevelPreTokenizer(bool addPrefixSpace, bool useRegex) : IPreTokenizer
{
    /// <inheritdoc/>
    public bool WorksInParts => true;

    /// <inheritdoc/>
    public bool OnlyCuts => false;

    /// <inheritdoc/>
    public bool NeedsSource => false;

    /// <inheritdoc/>
    public void Apply(PieceText text)
    {
        Cut(text);
        WriteLetters(text);
    }

    /// <summary>The first half of the work: the prefix space and the cuts, bytes still being text.</summary>
    public void Cut(PieceText text)
    {
        if (addPrefixSpace)
            AddSpaces(text);
        if (useRegex)
            Gpt2Scanner.Instance.CutAll(text);
    }

    private static void AddSpaces(PieceText text)
    {
        var source = text.Text;
        var changed = false;
        foreach (var piece in text.Pieces.Items)
            changed |= !piece.IsToken && source.Chars[piece.Start] != ' ';
        if (!changed)
            return;

        var target = text.NextText;
        foreach (var piece in text.Pieces.Items)
        {
            var start = target.Length;
            if (!piece.IsToken && source.Chars[piece.Start] != ' ')
                target.Append(' ', source.StartOf(piece.Start), source.EndOf(piece.Start));
            target.AppendRange(source, piece.Start, piece.Length);
            text.NextPieces.Add(new Piece(start, target.Length, piece.TokenId));
        }

        text.CommitText();
    }

    private static void WriteLetters(PieceText text)
    {
        var source = text.Text;
        var target = text.NextText;
        Span<byte> bytes = stackalloc byte[4];
        foreach (var piece in text.Pieces.Items)
        {
            var start = target.Length;
            if (piece.IsToken)
            {
                target.AppendRange(source, piece.Start, piece.Length);
            }
            else
            {
                for (var i = piece.Start; i < piece.End;)
                {
                    if (Rune.DecodeFromUtf16(source.Chars[i..piece.End], out var rune, out var units) != OperationStatus.Done)
                        rune = Rune.ReplacementChar;
                    var count = rune.EncodeToUtf8(bytes);
                    for (var b = 0; b < count; b++)
                        target.Append(ByteLetters.Letter(bytes[b]), source.StartOf(i), source.EndOf(i));
                    i += units;
                }
            }

            text.NextPieces.Add(new Piece(start, target.Length, piece.TokenId));
        }

        text.CommitText();
    }
}
