using System.Globalization;
using System.Text;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Normalizers;

/// <summary>
/// SentencePiece's character map as the tokenizers library applies it: to short grapheme clusters whole, taking the first prefix
/// that the map knows for the whole cluster, else character by character.
/// </summary>
internal sealed class PrecompiledNormalizer(CharacterMap map) : INormalizer
{
    /// <inheritdoc/>
    public void Normalize(NormalText text)
    {
        var chars = text.Current.Chars;
        var results = new List<(int CodePoint, int Change)>(chars.Length + 16);
        var modified = false;
        Span<byte> bytes = stackalloc byte[8];
        for (var at = 0; at < chars.Length;)
        {
            var cluster = chars.Slice(at, StringInfo.GetNextTextElementLength(chars[at..]));
            at += cluster.Length;
            if (Encoding.UTF8.GetByteCount(cluster) < 6 && TryReplace(cluster, bytes, results))
            {
                modified = true;
                continue;
            }

            for (var i = 0; i < cluster.Length;)
            {
                var codePoint = CodePoints.At(cluster, i, out var units);
                if (TryReplace(cluster.Slice(i, units), bytes, results))
                    modified = true;
                else
                    results.Add((codePoint, 0));
                i += units;
            }
        }

        if (modified)
            text.Transform(results, 0);
    }

    private bool TryReplace(ReadOnlySpan<char> part, Span<byte> bytes, List<(int CodePoint, int Change)> results)
    {
        var count = Encoding.UTF8.GetBytes(part, bytes);
        if (!map.TryFind(bytes[..count], longest: false, out _, out var replacement))
            return false;
        var old = 0;
        foreach (var _ in part.EnumerateRunes())
            old++;
        var text = Encoding.UTF8.GetString(replacement);
        var added = 0;
        foreach (var rune in text.EnumerateRunes())
            results.Add((rune.Value, ++added > old ? 1 : 0));
        if (added < old && results.Count > 0)
            results[^1] = (results[^1].CodePoint, results[^1].Change + added - old);
        return true;
    }
}
