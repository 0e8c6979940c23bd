using System.Runtime.InteropServices;
using System.Text;
using Fathom.Tokenizers.Decoders;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Pipeline;

/// <summary>From ids to text.</summary>
internal sealed class TokenDecoder(TokenizerParts parts)
{
    private readonly TextPipeline _pipeline = parts.Pipeline;
    private readonly IDecoder? _decoder = parts.Decoder;
    private readonly IIdDecoder? _idDecoder = parts.IdDecoder;

    /// <summary>The text of ids.</summary>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens)
    {
        if (_idDecoder is not null)
            return _idDecoder.Decode(ids, skipSpecialTokens);
        if (_decoder is ByteLevelDecoder)
            return DecodeBytes(ids, skipSpecialTokens);
        var tokens = new List<string>(ids.Length);
        foreach (var id in ids)
        {
            var token = _pipeline.Added.Decoded(id, out var skipped) ?? _pipeline.Model.Vocabulary.Token(id);
            if (token is not null && !(skipSpecialTokens && skipped))
                tokens.Add(token);
        }

        return _decoder is null ? string.Join(' ', tokens) : string.Concat(_decoder.Decode(tokens));
    }

    private string DecodeBytes(ReadOnlySpan<int> ids, bool skipSpecialTokens)
    {
        var bytes = new List<byte>(ids.Length * 6);
        foreach (var id in ids)
        {
            var added = _pipeline.Added.Decoded(id, out var skipped);
            if (skipSpecialTokens && skipped)
                continue;
            if (added is not null)
                ByteLevelDecoder.AppendBytes(added, bytes);
            else
                AppendLetters(_pipeline.Model.Vocabulary.Bytes(id), bytes);
        }

        return Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(bytes));
    }

    // Byte letters lie below U+0800, so each is one byte or two of UTF-8.
    private static void AppendLetters(ReadOnlySpan<byte> token, List<byte> bytes)
    {
        var before = bytes.Count;
        for (var i = 0; i < token.Length; i++)
        {
            var letter = token[i] < 0x80 ? token[i] : (token[i] & 0xE0) == 0xC0 && i + 1 < token.Length ? ((token[i] & 0x1F) << 6) | (token[++i] & 0x3F) : 0xFFFF;
            var value = ByteLetters.Byte((char)letter);
            if (value < 0)
            {
                bytes.RemoveRange(before, bytes.Count - before);
                bytes.AddRange(token);
                return;
            }

            bytes.Add((byte)value);
        }
    }
}
