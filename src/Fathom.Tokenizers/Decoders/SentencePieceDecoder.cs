using System.Buffers;
using System.Globalization;
using System.Text;
using Fathom.Tokenizers.Models;
using Fathom.Tokenizers.Pipeline;

namespace Fathom.Tokenizers.Decoders;

/// <summary>Joins pieces: U+2581 becomes a space, the one put before the text is dropped, bytes are gathered.</summary>
internal sealed class SentencePieceDecoder(SentencePieces pieces) : IIdDecoder
{
    // What each id stands for, worked out once; entries never change once published, so threads need no lock.
    private readonly byte[]?[] _withSpecial = new byte[]?[pieces.Vocabulary.IdLimit];
    private readonly byte[]?[] _withoutSpecial = new byte[]?[pieces.Vocabulary.IdLimit];

    /// <summary>Whether a space was put before the text.</summary>
    public bool DropFirstSpace { get; init; }

    /// <summary>Whether all spaces before the text are dropped.</summary>
    public bool DropAllSpaces { get; init; }

    /// <summary>What the unknown piece is shown as; null for its string.</summary>
    public string? UnknownText { get; init; }

    /// <summary>Whether control pieces are shown where special tokens are not skipped (llama.cpp), else never (SentencePiece).</summary>
    public bool ShowControl { get; init; }

    /// <summary>Whether the first piece decides about the space put before the text (llama.cpp), else the first text.</summary>
    public bool OnlyFirstPiece { get; init; }

    /// <summary>Whether the clean-up of English that llama.cpp does for BERT is done.</summary>
    public bool CleanSpaces { get; init; }

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens, bool part, ref TextBuffer text)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Math.Max(64, (int)Math.Min(Array.MaxLength, 8L * ids.Length)));
        var count = 0;
        var dropped = !DropFirstSpace && !DropAllSpaces;
        var kept = skipSpecialTokens ? _withoutSpecial : _withSpecial;
        foreach (var id in ids)
        {
            if (!pieces.Vocabulary.Contains(id))
                continue;
            var type = pieces.TypeOf(id);
            if (type == PieceTypes.Unused && ShowControl)
                continue;
            ReadOnlySpan<byte> piece = Volatile.Read(ref kept[id]) ?? Fill(kept, id, type, skipSpecialTokens);
            if (!dropped && count == 0 && type is not (PieceTypes.Control or PieceTypes.Unknown or PieceTypes.Byte) && piece is [(byte)' ', .. var behind])
            {
                piece = behind;
                dropped = !DropAllSpaces;
            }

            if (OnlyFirstPiece)
                dropped = true;
            if (piece.Length > bytes.Length - count)
                bytes = Grown(bytes, count, piece.Length);
            piece.CopyTo(bytes.AsSpan(count));
            count += piece.Length;
        }

        text.AppendUtf8(bytes.AsSpan(0, count));
        ArrayPool<byte>.Shared.Return(bytes);
        if (CleanSpaces && !part)
            text.Replace(LlamaCppCleanup.Clean(text.Text.ToString()));
    }

    private static byte[] Grown(byte[] bytes, int count, int more)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(checked((long)count + more), 2L * bytes.Length)));
        bytes.AsSpan(0, count).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(bytes);
        return larger;
    }

    private byte[] Fill(byte[]?[] kept, int id, int type, bool skipSpecialTokens)
    {
        var bytes = type == PieceTypes.Byte ? [ByteOf(id)] : Encoding.UTF8.GetBytes(Text(id, type, skipSpecialTokens));
        Volatile.Write(ref kept[id], bytes);
        return bytes;
    }

    private string Text(int id, int type, bool skipSpecialTokens)
    {
        var token = pieces.Vocabulary.Token(id)!;
        return type switch
        {
            PieceTypes.Control => ShowControl && !skipSpecialTokens ? token : "",
            PieceTypes.Unknown => ShowControl ? (skipSpecialTokens ? "" : token) : UnknownText ?? token,
            PieceTypes.UserDefined when ShowControl => token,
            _ => token.Replace('\u2581', ' '),
        };
    }

    private byte ByteOf(int id)
    {
        var token = pieces.Vocabulary.Bytes(id);
        return token.Length == 6 && byte.TryParse(token[3..5], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : (byte)'?';
    }
}
