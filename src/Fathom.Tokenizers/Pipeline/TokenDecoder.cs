using Fathom.Tokenizers.Decoders;

namespace Fathom.Tokenizers.Pipeline;

/// <summary>From ids to text.</summary>
internal sealed class TokenDecoder(TokenizerParts parts)
{
    private readonly TextPipeline _pipeline = parts.Pipeline;
    private readonly IDecoder? _decoder = parts.Decoder;
    private readonly IIdDecoder? _idDecoder = parts.IdDecoder;
    private readonly TokenwiseSteps? _tokenwise = TokenwiseSteps.Of(parts.Decoder);
    private readonly DecodedBytes? _bytes = parts.Decoder is ByteLevelDecoder ? new DecodedBytes(parts.Pipeline) : null;

    /// <summary>The text of ids.</summary>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens)
    {
        if (_idDecoder is not null)
            return _idDecoder.Decode(ids, skipSpecialTokens);
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
