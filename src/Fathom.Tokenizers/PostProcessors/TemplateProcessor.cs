namespace Fathom.Tokenizers.PostProcessors;

/// <summary>Special tokens around one text or two as a template says (TemplateProcessing).</summary>
internal sealed class TemplateProcessor : IPostProcessor
{
    private readonly TemplatePiece[] _single;
    private readonly TemplatePiece[] _pair;
    private readonly int[]? _before;
    private readonly int[]? _behind;

    /// <summary>Creates the processor.</summary>
    public TemplateProcessor(TemplatePiece[] single, TemplatePiece[] pair)
    {
        _single = single;
        _pair = pair;
        if (single.Count(p => p.Sequence >= 0) == 1)
        {
            var at = Array.FindIndex(single, p => p.Sequence >= 0);
            _before = [.. single[..at].SelectMany(p => p.Ids)];
            _behind = [.. single[at..].SelectMany(p => p.Ids)];
        }
    }

    /// <inheritdoc/>
    public int AddedTokens(bool pair) => (pair ? _pair : _single).Sum(p => p.Ids.Length);

    /// <inheritdoc/>
    public bool TryFrame(out ReadOnlySpan<int> before, out ReadOnlySpan<int> behind)
    {
        before = _before;
        behind = _behind;
        return _before is not null;
    }

    /// <inheritdoc/>
    public List<EncodingPart> Process(List<EncodingPart> parts, bool addSpecialTokens)
    {
        var result = new List<EncodingPart>();
        foreach (var piece in parts.Count > 1 ? _pair : _single)
        {
            if (piece.Sequence >= 0)
            {
                var part = parts[piece.Sequence];
                part.Mark(piece.Type, piece.Sequence);
                foreach (var overflow in part.Overflowing)
                    overflow.Mark(piece.Type, piece.Sequence);
                result.Add(part);
            }
            else if (addSpecialTokens)
            {
                result.Add(EncodingPart.OfSpecial(piece.Ids, piece.Tokens, piece.Type));
            }
        }

        return result;
    }
}
