using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.PreTokenizers;

/// <summary>Writes spaces as a visible character, puts one before the text, and cuts before each.</summary>
internal sealed class MetaspacePreTokenizer(string replacement, MetaspacePrefix prefix, bool split) : IPreTokenizer
{
    /// <inheritdoc/>
    public bool WorksInParts => true;

    /// <inheritdoc/>
    public bool OnlyCuts => false;

    /// <inheritdoc/>
    public bool NeedsSource => prefix == MetaspacePrefix.First;

    /// <inheritdoc/>
    public void Apply(PieceText text)
    {
        var source = text.Text;
        var target = text.NextText;
        List<(int Start, int End, bool IsMatch)>? spans = null;
        foreach (var piece in text.Pieces.Items)
        {
            var start = target.Length;
            if (piece.IsToken)
            {
                target.AppendRange(source, piece.Start, piece.Length);
                text.NextPieces.Add(new Piece(start, target.Length, piece.TokenId));
                continue;
            }

            var chars = source.Chars[piece.Start..piece.End];
            var marked = chars[0] == ' ' || chars.StartsWith(replacement, StringComparison.Ordinal);
            if (!marked && (prefix == MetaspacePrefix.Always || (prefix == MetaspacePrefix.First && IsFirst(text, piece))))
                AppendMark(target, source, piece.Start);
            for (var i = piece.Start; i < piece.End; i++)
            {
                var length = source.Chars[i..piece.End].IndexOf(' ');
                length = length < 0 ? piece.End - i : length;
                target.AppendRange(source, i, length);
                i += length;
                if (i < piece.End)
                    AppendMark(target, source, i);
            }

            // Mostly the one mark is at the start and there is nothing to cut.
            if (split && target.Length > start && target.Chars[(start + 1)..].IndexOf(replacement, StringComparison.Ordinal) >= 0)
                Cut(target.Chars[start..], start, spans ??= [], text.NextPieces);
            else
                text.NextPieces.AddWord(start, target.Length);
        }

        text.CommitText();
    }

    // Without source positions the pipeline vouches for the text being the source still.
    private static bool IsFirst(PieceText text, Piece piece) => (text.Text.Tracked ? text.SourceStart(piece) : piece.Start) == 0;

    private void AppendMark(AlignedText target, AlignedText source, int index)
    {
        foreach (var c in replacement)
            target.Append(c, source.StartOf(index), source.EndOf(index));
    }

    private void Cut(ReadOnlySpan<char> chars, int origin, List<(int Start, int End, bool IsMatch)> spans, PieceList pieces)
    {
        spans.Clear();
        for (var at = 0; at < chars.Length;)
        {
            var found = chars[at..].IndexOf(replacement, StringComparison.Ordinal);
            var start = found < 0 ? chars.Length : at + found;
            if (start > at)
                spans.Add((at, start, false));
            if (found >= 0)
                spans.Add((start, start + replacement.Length, true));
            at = start + replacement.Length;
        }

        SplitPreTokenizer.Emit(spans, origin, pieces, SplitBehavior.MergedWithNext);
    }
}
