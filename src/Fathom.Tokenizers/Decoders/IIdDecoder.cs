namespace Fathom.Tokenizers.Decoders;

/// <summary>Turns ids into text where the strings of the tokens alone do not tell how. Stateless.</summary>
internal interface IIdDecoder
{
    /// <summary>The text of ids; unknown ids are left out.</summary>
    string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens);
}
