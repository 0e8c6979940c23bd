using System.Text;
using Fathom.Tokenizers.Added;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Normalizers;

/// <summary>SentencePiece's normalisation: character map, spaces joined, written as U+2581, one put before or behind.</summary>
internal sealed class SentencePieceNormalizer : INormalizer
{
    private const char Space = '\u2581';
    private readonly CharacterMap? _map;
    private readonly CharTrie? _userDefined;

    /// <summary>Creates the normaliser.</summary>
    /// <param name="map">The character map, if any.</param>
    /// <param name="userDefined">Texts that stay as they are.</param>
    public SentencePieceNormalizer(CharacterMap? map, IReadOnlyList<string> userDefined)
    {
        _map = map;
        _userDefined = userDefined.Count == 0 ? null : new CharTrie(userDefined.Select((text, i) => (text, i)));
    }

    /// <summary>Whether a space is put before the text (or behind, with <see cref="SpaceBehind"/>).</summary>
    public bool AddSpace { get; init; }

    /// <summary>Whether a text of spaces only gets none put before it (llama.cpp's Unigram).</summary>
    public bool SkipBlank { get; init; }

    /// <summary>Whether spaces belong to the word before.</summary>
    public bool SpaceBehind { get; init; }

    /// <summary>Whether spaces at the ends are dropped and those between joined.</summary>
    public bool JoinSpaces { get; init; }

    /// <summary>Whether spaces are written as U+2581.</summary>
    public bool EscapeSpaces { get; init; } = true;

    /// <inheritdoc/>
    public CutRule Cuts => SpaceBehind ? CutRule.Never : AddSpace ? CutRule.DropsSpace : JoinSpaces ? CutRule.Never : CutRule.KeepsSpace;

    /// <inheritdoc/>
    public void Normalize(NormalText text)
    {
        var source = text.Current;
        var target = text.Next;
        var at = 0;
        while (JoinSpaces && at < source.Length && IsSpace(Prefix(source.Chars, at, out var units)))
            at += units;
        if (at == source.Length)
        {
            text.Commit();
            return;
        }

        var space = EscapeSpaces ? Space : ' ';
        if (AddSpace && !SpaceBehind && !(SkipBlank && !source.Chars.ContainsAnyExcept(' ')))
            target.Append(space, source.StartOf(at), source.StartOf(at));
        var afterSpace = JoinSpaces;
        while (at < source.Length)
        {
            var (start, end) = (source.StartOf(at), 0);
            var replacement = Prefix(source.Chars, at, out var units);
            end = source.EndOf(at + units - 1);
            at += units;
            foreach (var c in replacement)
            {
                if (c == ' ' && afterSpace)
                    continue;
                afterSpace = JoinSpaces && c == ' ';
                target.Append(c == ' ' ? space : c, start, end);
            }
        }

        var kept = target.Length;
        while (JoinSpaces && kept > 0 && target.Chars[kept - 1] == space)
            kept--;
        target.CutTo(kept);
        if (AddSpace && SpaceBehind)
            target.Append(space, source.EndOf(source.Length - 1), source.EndOf(source.Length - 1));
        text.Commit();
    }

    private static bool IsSpace(ReadOnlySpan<char> text) => text.Length == 1 && text[0] == ' ';

    private ReadOnlySpan<char> Prefix(ReadOnlySpan<char> text, int at, out int units)
    {
        if (_userDefined is not null && _userDefined.TryMatch(text, at, out units, out _))
            return text.Slice(at, units);
        if (_map is not null)
        {
            // No rule is longer than this many characters.
            var window = text.Slice(at, Math.Min(24, text.Length - at));
            Span<byte> bytes = stackalloc byte[72];
            var count = Encoding.UTF8.GetBytes(window, bytes);
            if (_map.TryFind(bytes[..count], longest: true, out var length, out var replacement))
            {
                units = Encoding.UTF8.GetCharCount(bytes[..length]);
                return Encoding.UTF8.GetString(replacement);
            }
        }

        CodePoints.At(text, at, out units);
        return text.Slice(at, units);
    }
}
