using System.Globalization;
using System.Text;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Normalizers;

/// <summary>
/// SentencePiece's character map as the tokenizers library applies it: to short grapheme clusters whole, taking the first prefix
/// that the map knows for the whole cluster, else character by character.
/// </summary>
internal sealed class PrecompiledNormalizer : INormalizer
{
    private readonly CharacterMap _map;

    // What becomes of an ASCII character that another follows; 0 where that is not one character. A carriage return may belong to a line feed.
    private readonly char[] _plain = new char[128];

    /// <summary>Creates the normalizer.</summary>
    public PrecompiledNormalizer(CharacterMap map)
    {
        _map = map;
        for (var c = 1; c < _plain.Length; c++)
        {
            if (c == '\r')
                continue;
            if (!map.TryFind([(byte)c], longest: false, out _, out var replacement))
                _plain[c] = (char)c;
            else if (replacement is [> 0 and < 128])
                _plain[c] = (char)replacement[0];
        }
    }

    /// <inheritdoc/>
    public void Normalize(NormalText text)
    {
        var chars = text.Current.Mutable;
        Span<byte> bytes = stackalloc byte[8];
        for (var at = 0; at < chars.Length;)
        {
            at += ReplacePlain(chars[at..]);
            if (at == chars.Length)
                return;
            var length = StringInfo.GetNextTextElementLength(chars[at..]);
            if (IsKnown(chars.Slice(at, length), bytes))
            {
                Rewrite(text, at);
                return;
            }

            at += length;
        }
    }

    // Replaces in place as far as it is one character for another, and tells how far.
    private int ReplacePlain(Span<char> chars)
    {
        for (var i = 0; i < chars.Length; i++)
        {
            var c = chars[i];
            if (c >= 128 || _plain[c] == 0 || (i + 1 < chars.Length && chars[i + 1] >= 128))
                return i;
            chars[i] = _plain[c];
        }

        return chars.Length;
    }

    // Whether the map has something for a cluster or one of its characters.
    private bool IsKnown(ReadOnlySpan<char> cluster, Span<byte> bytes)
    {
        if (Encoding.UTF8.GetByteCount(cluster) < 6 && Knows(cluster, bytes))
            return true;
        for (var i = 0; i < cluster.Length;)
        {
            CodePoints.At(cluster, i, out var units);
            if (Knows(cluster.Slice(i, units), bytes))
                return true;
            i += units;
        }

        return false;
    }

    private bool Knows(ReadOnlySpan<char> part, Span<byte> bytes) =>
        _map.TryFind(bytes[..Encoding.UTF8.GetBytes(part, bytes)], longest: false, out _, out _);

    // The general way, from a place on; what is before it stands as it should.
    private void Rewrite(NormalText text, int from)
    {
        var chars = text.Current.Chars;
        var results = new List<(int CodePoint, int Change)>(chars.Length + 16);
        for (var i = 0; i < from;)
        {
            results.Add((CodePoints.At(chars, i, out var units), 0));
            i += units;
        }

        Span<byte> bytes = stackalloc byte[8];
        for (var at = from; at < chars.Length;)
        {
            if (chars[at] < 128 && _plain[chars[at]] != 0 && (at + 1 == chars.Length || chars[at + 1] < 128))
            {
                results.Add((_plain[chars[at++]], 0));
                continue;
            }

            var cluster = chars.Slice(at, StringInfo.GetNextTextElementLength(chars[at..]));
            at += cluster.Length;
            if (Encoding.UTF8.GetByteCount(cluster) < 6 && TryReplace(cluster, bytes, results))
                continue;
            for (var i = 0; i < cluster.Length;)
            {
                var codePoint = CodePoints.At(cluster, i, out var units);
                if (!TryReplace(cluster.Slice(i, units), bytes, results))
                    results.Add((codePoint, 0));
                i += units;
            }
        }

        text.Transform(results, 0);
    }

    private bool TryReplace(ReadOnlySpan<char> part, Span<byte> bytes, List<(int CodePoint, int Change)> results)
    {
        var count = Encoding.UTF8.GetBytes(part, bytes);
        if (!_map.TryFind(bytes[..count], longest: false, out _, out var replacement))
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
