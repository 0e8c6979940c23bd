namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>The tag an error names, as one short line.</summary>
internal static class Construct
{
    private const int MaxLength = 70;

    public static string? At(string source, int start)
    {
        if (start < 0 || start >= source.Length) return null;
        var isBlock = start + 1 < source.Length && source[start + 1] == '%';
        var end = source.IndexOf(isBlock ? "%}" : "}}", start, StringComparison.Ordinal);
        var text = string.Join(' ', PythonText.SplitBlank(source[start..(end < 0 ? Math.Min(source.Length, start + (2 * MaxLength)) : end + 2)], -1));
        return text.Length <= MaxLength ? text : text[..(char.IsHighSurrogate(text[MaxLength - 1]) ? MaxLength - 1 : MaxLength)] + "…";
    }
}
