namespace Fathom.Tokenizers.Decoders;

/// <summary>A decoder that looks at one token at a time and at whether it is the first, so what it makes of a token can be remembered.</summary>
internal interface ITokenwiseDecoder : IDecoder
{
    /// <summary>What becomes of one token.</summary>
    string DecodeOne(string token, bool first);
}
