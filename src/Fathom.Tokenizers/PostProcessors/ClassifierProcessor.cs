namespace Fathom.Tokenizers.PostProcessors;

/// <summary>BERT's and RoBERTa's frames: a classifier token first and a separator behind each text (RoBERTa: one more before the second).</summary>
/// <param name="classifier">The token that comes first.</param>
/// <param name="separator">The token between and behind the texts.</param>
/// <param name="roberta">RoBERTa's way: all type ids 0 and two separators between a pair.</param>
/// <param name="trimOffsets">Whether spaces are taken out of the offsets (RoBERTa).</param>
/// <param name="addPrefixSpace">Whether the tokenizer put a space first (RoBERTa).</param>
internal sealed class ClassifierProcessor(SpecialToken classifier, SpecialToken separator, bool roberta, bool trimOffsets, bool addPrefixSpace) : IPostProcessor
{
    private readonly int[] _before = [classifier.Id];
    private readonly int[] _behind = [separator.Id];

    /// <inheritdoc/>
    public int AddedTokens(bool pair) => !pair ? 2 : roberta ? 4 : 3;

    /// <inheritdoc/>
    public bool TryFrame(out ReadOnlySpan<int> before, out ReadOnlySpan<int> behind)
    {
        before = _before;
        behind = _behind;
        return true;
    }

    /// <inheritdoc/>
    public List<EncodingPart> Process(List<EncodingPart> parts, bool addSpecialTokens)
    {
        if (roberta)
        {
            foreach (var part in parts)
            {
                if (trimOffsets)
                    OffsetTrimmer.Trim(part, addPrefixSpace);
                part.Mark(0, null);
                part.Overflowing.ForEach(o => o.Mark(0, null));
            }
        }

        if (!addSpecialTokens)
            return parts;
        var result = new List<EncodingPart>();
        for (var i = 0; i < parts.Count; i++)
        {
            var framed = Frame(parts[i], i);
            framed.Overflowing = parts[i].Overflowing.ConvertAll(o => Frame(o, i));
            result.Add(framed);
        }

        return result;
    }

    private EncodingPart Frame(EncodingPart part, int sequence)
    {
        var type = roberta ? 0 : sequence;
        var behind = EncodingPart.OfSpecial([separator.Id], [separator.Text], type);
        var before = sequence == 0 ? EncodingPart.OfSpecial([classifier.Id], [classifier.Text], type)
            : roberta ? EncodingPart.OfSpecial([separator.Id], [separator.Text], type)
            : new EncodingPart();
        var bare = part.Slice(0, part.Count);
        bare.Mark(null, sequence);
        return before.Join(bare).Join(behind);
    }
}
