using Fathom.Tokenizers.Patterns;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.PreTokenizers;

/// <summary>Cuts at the matches of a pattern, or, inverted, at what lies between them.</summary>
internal sealed class SplitPreTokenizer(Pattern pattern, SplitBehavior behavior, bool invert) : IPreTokenizer
{
    /// <inheritdoc/>
    public bool WorksInParts => !pattern.LooksLeft;

    /// <inheritdoc/>
    public bool OnlyCuts => true;

    /// <inheritdoc/>
    public bool NeedsSource => false;

    /// <inheritdoc/>
    public void Apply(PieceText text)
    {
        if (behavior == SplitBehavior.Isolated)
        {
            pattern.CutAll(text);
            return;
        }

        var spans = new List<(int Start, int End, bool IsMatch)>();
        foreach (var piece in text.Pieces.Items)
        {
            if (piece.IsToken)
            {
                text.NextPieces.Add(piece);
                continue;
            }

            spans.Clear();
            Collect(text.Text.Chars[piece.Start..piece.End], spans);
            Emit(spans, piece.Start, text.NextPieces, behavior);
        }

        text.CommitPieces();
    }

    /// <summary>Adds the pieces that spans make under a behaviour.</summary>
    public static void Emit(List<(int Start, int End, bool IsMatch)> spans, int origin, PieceList pieces, SplitBehavior behavior)
    {
        // Matches join their neighbours only where two do not follow each other, except when contiguous.
        for (var i = 0; i < spans.Count; i++)
        {
            var (start, end, isMatch) = spans[i];
            switch (behavior)
            {
                case SplitBehavior.Removed when isMatch:
                    continue;
                case SplitBehavior.Contiguous:
                    while (i + 1 < spans.Count && spans[i + 1].IsMatch == isMatch)
                        end = spans[++i].End;
                    break;
                case SplitBehavior.MergedWithPrevious when !isMatch && i + 1 < spans.Count && spans[i + 1].IsMatch:
                    end = spans[++i].End;
                    break;
                case SplitBehavior.MergedWithNext when isMatch && i + 1 < spans.Count && !spans[i + 1].IsMatch:
                    end = spans[++i].End;
                    break;
                default:
                    break;
            }

            pieces.AddWord(origin + start, origin + end);
        }
    }

    private void Collect(ReadOnlySpan<char> text, List<(int Start, int End, bool IsMatch)> spans)
    {
        var behind = 0;
        var matches = new MatchEnumerator(pattern, text);
        while (matches.MoveNext())
        {
            if (matches.Start > behind)
                spans.Add((behind, matches.Start, invert));
            spans.Add((matches.Start, matches.End, !invert));
            behind = matches.End;
        }

        if (behind < text.Length)
            spans.Add((behind, text.Length, invert));
    }
}
