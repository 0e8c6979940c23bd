namespace Fathom.Tokenizers.Patterns;

/// <summary>A text, found as it is; the empty text is found nowhere.</summary>
internal sealed class TextPattern(string needle) : Pattern
{
    /// <summary>The text looked for.</summary>
    public string Needle => needle;

    /// <inheritdoc/>
    public override bool TryFind(ReadOnlySpan<char> text, int from, out int start, out int end)
    {
        var found = needle.Length == 0 ? -1 : text[from..].IndexOf(needle, StringComparison.Ordinal);
        start = found < 0 ? 0 : from + found;
        end = start + needle.Length;
        return found >= 0;
    }
}
