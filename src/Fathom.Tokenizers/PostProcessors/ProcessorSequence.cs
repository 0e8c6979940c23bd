namespace Fathom.Tokenizers.PostProcessors;

/// <summary>Several post-processors one after the other; at most one of them may put tokens in.</summary>
internal sealed class ProcessorSequence(IPostProcessor[] steps) : IPostProcessor
{
    /// <inheritdoc/>
    public int AddedTokens(bool pair) => steps.Sum(s => s.AddedTokens(pair));

    /// <inheritdoc/>
    public bool TryFrame(out ReadOnlySpan<int> before, out ReadOnlySpan<int> behind)
    {
        before = behind = default;
        var framed = 0;
        foreach (var step in steps)
        {
            if (!step.TryFrame(out var first, out var last))
                return false;
            if (first.Length + last.Length == 0)
                continue;
            framed++;
            before = first;
            behind = last;
        }

        return framed <= 1;
    }

    /// <inheritdoc/>
    public List<EncodingPart> Process(List<EncodingPart> parts, bool addSpecialTokens)
    {
        foreach (var step in steps)
            parts = step.Process(parts, addSpecialTokens);
        return parts;
    }
}
