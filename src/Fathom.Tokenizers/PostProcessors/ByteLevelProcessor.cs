namespace Fathom.Tokenizers.PostProcessors;

/// <summary>Trims the offsets of byte-level tokens.</summary>
internal sealed class ByteLevelProcessor(bool trimOffsets, bool addPrefixSpace) : IPostProcessor
{
    /// <inheritdoc/>
    public int AddedTokens(bool pair) => 0;

    /// <inheritdoc/>
    public bool TryFrame(out ReadOnlySpan<int> before, out ReadOnlySpan<int> behind)
    {
        before = behind = default;
        return true;
    }

    /// <inheritdoc/>
    public List<EncodingPart> Process(List<EncodingPart> parts, bool addSpecialTokens)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            if (trimOffsets)
                OffsetTrimmer.Trim(parts[i], addPrefixSpace);
            parts[i].Mark(null, i);
        }

        return parts;
    }
}
