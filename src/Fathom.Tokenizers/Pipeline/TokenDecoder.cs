using System.Buffers;
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
        var buffer = new TextBuffer(6L * ids.Length);
        try
        {
            return Decode(ids, skipSpecialTokens, part, ref buffer).ToString();
        }
        finally
        {
            buffer.Dispose();
        }
    }

    /// <summary>Writes the text of as many ids as fit.</summary>
    public OperationStatus Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens, Span<char> destination, out int idsConsumed, out int charsWritten)
    {
        var buffer = new TextBuffer(6L * ids.Length);
        try
        {
            var whole = Decode(ids, skipSpecialTokens, part: false, ref buffer);
            charsWritten = whole.Length;
            idsConsumed = ids.Length;
            if (whole.TryCopyTo(destination))
                return OperationStatus.Done;

            // How much of the ids' text fits is found by halving: the text of more ids is mostly no shorter. What fits must also be how the
            // whole text begins, which it is not where the last character is not complete.
            var (fitting, above) = (0, ids.Length);
            while (above - fitting > 1)
            {
                var middle = fitting + (above - fitting) / 2;
                if (LengthOf(ids[..middle], skipSpecialTokens) <= destination.Length)
                    fitting = middle;
                else
                    above = middle;
            }

            for (; fitting > 0 && !TryWrite(ids[..fitting], skipSpecialTokens, whole, destination, out charsWritten); fitting--)
            {
                // The next shorter will do unless its last character is cut as well.
            }

            charsWritten = fitting == 0 ? 0 : charsWritten;
            idsConsumed = fitting;
            return OperationStatus.DestinationTooSmall;
        }
        finally
        {
            buffer.Dispose();
        }
    }

    // Decodes into an empty buffer and gives the part of it that is the text.
    private ReadOnlySpan<char> Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens, bool part, ref TextBuffer buffer)
    {
        if (_idDecoder is not null)
        {
            _idDecoder.Decode(ids, skipSpecialTokens, part, ref buffer);
            return buffer.Text;
        }

        if (_bytes is not null)
        {
            _bytes.Decode(ids, skipSpecialTokens, ref buffer);
            return buffer.Text;
        }

        if (_tokenwise is not null)
            return _tokenwise.Decode(_pipeline, ids, skipSpecialTokens, ref buffer);
        var tokens = new List<string>(ids.Length);
        foreach (var id in ids)
        {
            var token = _pipeline.Added.Decoded(id, out var skipped) ?? _pipeline.Model.Vocabulary.Token(id);
            if (token is not null && !(skipSpecialTokens && skipped))
                tokens.Add(token);
        }

        buffer.Append(_decoder is null ? string.Join(' ', tokens) : string.Concat(_decoder.Decode(tokens)));
        return buffer.Text;
    }

    private int LengthOf(ReadOnlySpan<int> ids, bool skipSpecialTokens)
    {
        var buffer = new TextBuffer(6L * ids.Length);
        try
        {
            return Decode(ids, skipSpecialTokens, part: false, ref buffer).Length;
        }
        finally
        {
            buffer.Dispose();
        }
    }

    private bool TryWrite(ReadOnlySpan<int> ids, bool skipSpecialTokens, ReadOnlySpan<char> whole, Span<char> destination, out int written)
    {
        var buffer = new TextBuffer(6L * ids.Length);
        try
        {
            var text = Decode(ids, skipSpecialTokens, part: false, ref buffer);
            written = text.Length;
            return whole.StartsWith(text, StringComparison.Ordinal) && text.TryCopyTo(destination);
        }
        finally
        {
            buffer.Dispose();
        }
    }
}
