using Fathom.Tokenizers.Decoders;

namespace Fathom.Tokenizers.Pipeline;

/// <summary>From ids to text.</summary>
internal sealed class TokenDecoder(TokenizerParts parts)
{
    private readonly TextPipeline _pipeline = parts.Pipeline;
    private readonly IDecoder? _decoder = parts.Decoder;
    private readonly IIdDecoder? _idDecoder = parts.IdDecoder;
    private readonly TokenwiseSteps? _tokenwise = TokenwiseSteps.Of(parts.Decoder);
    private readonly DecodedBytes? _bytes = parts.Decoder is ByteLevelDecoder ? DecodedBytes.OfByteLevel(parts.Pipeline) : null;

    /// <summary>The text of ids.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="skipSpecialTokens">Whether special tokens are left out.</param>
    /// <param name="part">Whether more may follow, so that nothing is mended by what stands behind it.</param>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens, bool part = false)
    {
        if (_idDecoder is not null)
            return _idDecoder.Decode(ids, skipSpecialTokens, part);
        if (_bytes is not null)
            return _bytes.Decode(ids, skipSpecialTokens);
        if (_tokenwise is not null)
            return _tokenwise.Decode(_pipeline, ids, skipSpecialTokens);
        var tokens = new List<string>(ids.Length);
        foreach (var id in ids)
        {
            var token = _pipeline.Added.Decoded(id, out var skipped) ?? _pipeline.Model.Vocabulary.Token(id);
            if (token is not null && !(skipSpecialTokens && skipped))
                tokens.Add(token);
        }

        return _decoder is null ? string.Join(' ', tokens) : string.Concat(_decoder.Decode(tokens));
    }
}
