namespace Fathom.Tokenizers.PostProcessors;

/// <summary>Puts special tokens around the tokens of the texts, sets type ids and adjusts offsets. Stateless.</summary>
internal interface IPostProcessor
{
    /// <summary>Number of tokens that are put in.</summary>
    int AddedTokens(bool pair);

    /// <summary>
    /// The ids put before and behind a single text, where that is all that happens to its ids; <see langword="false"/> where the
    /// whole process must run.
    /// </summary>
    bool TryFrame(out ReadOnlySpan<int> before, out ReadOnlySpan<int> behind);

    /// <summary>The encodings in their order, special tokens being encodings of their own when wanted.</summary>
    List<EncodingPart> Process(List<EncodingPart> parts, bool addSpecialTokens);
}
