using Fathom.Tokenizers.Pipeline;

namespace Fathom.Tokenizers.Decoders;

/// <summary>Turns ids into text where the strings of the tokens alone do not tell how. Stateless.</summary>
internal interface IIdDecoder
{
    /// <summary>Adds the text of ids to an empty buffer; unknown ids are left out.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="skipSpecialTokens">Whether special tokens are left out.</param>
    /// <param name="part">Whether more may follow: then spaces before punctuation stay, as llama.cpp leaves them in single pieces.</param>
    /// <param name="text">The buffer.</param>
    void Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens, bool part, ref TextBuffer text);
}
