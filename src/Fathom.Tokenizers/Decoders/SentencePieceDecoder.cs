using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Fathom.Tokenizers.Models;

namespace Fathom.Tokenizers.Decoders;

/// <summary>Joins pieces: U+2581 becomes a space, the one put before the text is dropped, bytes are gathered.</summary>
internal sealed class SentencePieceDecoder(SentencePieces pieces) : IIdDecoder
{
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
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens, bool part)
    {
        var bytes = new List<byte>(ids.Length * 4);
        var dropped = !DropFirstSpace && !DropAllSpaces;
        foreach (var id in ids)
        {
            var type = pieces.TypeOf(id);
            if (!pieces.Vocabulary.Contains(id) || (type == PieceTypes.Unused && ShowControl))
                continue;
            var text = Text(id, type, skipSpecialTokens);
            if (type is not (PieceTypes.Control or PieceTypes.Unknown or PieceTypes.Byte) && !dropped && bytes.Count == 0)
            {
                if (text.StartsWith(' '))
                {
                    text = text[1..];
                    dropped = !DropAllSpaces;
                }
            }

            if (OnlyFirstPiece)
                dropped = true;
            if (type == PieceTypes.Byte)
                bytes.Add(ByteOf(id));
            else
                bytes.AddRange(Encoding.UTF8.GetBytes(text));
        }

        var whole = Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(bytes));
        return CleanSpaces && !part ? LlamaCppCleanup.Clean(whole) : whole;
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
