using System.Globalization;
using System.Text;
using Fathom.Tokenizers.Models;
using Fathom.Tokenizers.Pipeline;

namespace Fathom.Tokenizers.Decoders;

/// <summary>
/// What llama.cpp makes of the ids of a BPE vocabulary: control, unknown and user-defined tokens are their text as it stands, others
/// byte letters, or text with U+2581 for spaces.
/// </summary>
/// <param name="vocabulary">The tokens.</param>
/// <param name="types">The type of each (<see cref="PieceTypes"/>).</param>
/// <param name="marksSpaces">Whether tokens are text with U+2581 for spaces, not byte letters.</param>
/// <param name="cleanSpaces">Whether spaces before punctuation and in English contractions are taken out of whole texts.</param>
internal sealed class LlamaCppBpeDecoder(Vocabulary vocabulary, int[] types, bool marksSpaces, bool cleanSpaces) : IIdDecoder
{
    private readonly DecodedBytes _bytes = new(vocabulary.IdLimit, id => new DecodedToken(BytesOf(vocabulary, types[id], id, marksSpaces), types[id] is PieceTypes.Control or PieceTypes.Unknown));

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens, bool part, ref TextBuffer text)
    {
        _bytes.Decode(ids, skipSpecialTokens, ref text);
        if (cleanSpaces && !part)
            text.Replace(LlamaCppCleanup.Clean(text.Text.ToString()));
    }

    private static byte[] BytesOf(Vocabulary vocabulary, int type, int id, bool marksSpaces)
    {
        var token = vocabulary.Bytes(id);
        switch (type)
        {
            case PieceTypes.Control or PieceTypes.Unknown or PieceTypes.UserDefined:
                return token.ToArray();
            case PieceTypes.Byte:
                return token.Length == 6 && byte.TryParse(token[3..5], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? [value] : [];
            case PieceTypes.Normal when marksSpaces:
                return Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(token).Replace('\u2581', ' '));
            case PieceTypes.Normal:
                var bytes = new List<byte>();
                DecodedBytes.AppendLetters(token, bytes);
                return [.. bytes];
            default:
                return [];
        }
    }
}
