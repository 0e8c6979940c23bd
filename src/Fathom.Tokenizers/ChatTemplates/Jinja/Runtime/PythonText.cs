using System.Globalization;
using System.Text;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>Texts as Python handles them: code points, its notion of white space, <c>repr</c>.</summary>
internal static class PythonText
{
    public static bool IsSpace(char c) => c switch
    {
        ' ' or (>= '\t' and <= '\r') or (>= '\x1c' and <= '\x1f') => true,
        < '\x80' => false,
        '\x85' or '\xa0' or '\u1680' or (>= '\u2000' and <= '\u200a') or '\u2028' or '\u2029' or '\u202f' or '\u205f' or '\u3000' => true,
        _ => false,
    };

    public static bool IsBlank(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!IsSpace(c)) return false;
        }

        return true;
    }

    public static ReadOnlySpan<char> TrimStart(ReadOnlySpan<char> text)
    {
        var start = 0;
        while (start < text.Length && IsSpace(text[start])) start++;
        return text[start..];
    }

    public static ReadOnlySpan<char> TrimEnd(ReadOnlySpan<char> text)
    {
        var end = text.Length;
        while (end > 0 && IsSpace(text[end - 1])) end--;
        return text[..end];
    }

    public static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text) => TrimEnd(TrimStart(text));

    public static int CodePointCount(ReadOnlySpan<char> text)
    {
        var count = text.Length;
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsLowSurrogate(text[i]) && char.IsHighSurrogate(text[i - 1])) count--;
        }

        return count;
    }

    /// <summary>UTF-16 positions at which the code points begin.</summary>
    public static int[] CodePointStarts(string text, int count)
    {
        var starts = new int[count];
        var at = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (i > 0 && char.IsLowSurrogate(text[i]) && char.IsHighSurrogate(text[i - 1])) continue;
            starts[at++] = i;
        }

        return starts;
    }

    /// <summary>Order by code points.</summary>
    public static int Compare(string a, string b)
    {
        var length = Math.Min(a.Length, b.Length);
        Budget.Work(length >> 6);
        for (var i = 0; i < length; i++)
        {
            if (a[i] == b[i]) continue;
            var left = char.IsSurrogate(a[i]);
            var right = char.IsSurrogate(b[i]);
            return left == right ? a[i].CompareTo(b[i]) : left ? 1 : -1;
        }

        return a.Length.CompareTo(b.Length);
    }

    /// <summary>Words between white space; at most <paramref name="limit"/> splits where it is not negative.</summary>
    public static List<string> SplitBlank(string text, int limit)
    {
        var words = new List<string>();
        var at = 0;
        while (true)
        {
            while (at < text.Length && IsSpace(text[at])) at++;
            if (at >= text.Length) return words;
            if (limit >= 0 && words.Count >= limit)
            {
                words.Add(text[at..]);
                return words;
            }

            var end = at;
            while (end < text.Length && !IsSpace(text[end])) end++;
            words.Add(text[at..end]);
            at = end;
        }
    }

    /// <summary><c>repr</c> of a text: single quotes unless only single quotes are within.</summary>
    public static string Repr(string text)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var result = new StringBuilder(text.Length + 2).Append(quote);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == quote || c == '\\') result.Append('\\').Append(c);
            else if (c is >= ' ' and < '\x7f') result.Append(c);
            else i += AppendSpecial(result, text, i);
        }

        return result.Append(quote).ToString();
    }

    private static int AppendSpecial(StringBuilder result, string text, int at)
    {
        var c = text[at];
        switch (c)
        {
            case '\n': result.Append("\\n"); return 0;
            case '\r': result.Append("\\r"); return 0;
            case '\t': result.Append("\\t"); return 0;
            default: break;
        }

        if (char.IsHighSurrogate(c) && Rune.TryGetRuneAt(text, at, out var rune))
        {
            if (IsPrintable(Rune.GetUnicodeCategory(rune))) result.Append(text, at, 2);
            else result.Append("\\U").Append(rune.Value.ToString("x8", CultureInfo.InvariantCulture));
            return 1;
        }

        if (IsPrintable(CharUnicodeInfo.GetUnicodeCategory(c))) result.Append(c);
        else if (c < 0x100) result.Append("\\x").Append(((int)c).ToString("x2", CultureInfo.InvariantCulture));
        else result.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
        return 0;
    }

    private static bool IsPrintable(UnicodeCategory category) => category is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);

    /// <summary>Whether every code point is printable, as <c>isprintable</c> says.</summary>
    public static bool IsPrintable(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value != ' ' && !IsPrintable(Rune.GetUnicodeCategory(rune))) return false;
        }

        return true;
    }

    public static string Repr(byte[] bytes)
    {
        var quote = Array.IndexOf(bytes, (byte)'\'') >= 0 && Array.IndexOf(bytes, (byte)'"') < 0 ? '"' : '\'';
        var result = new StringBuilder(bytes.Length + 3).Append('b').Append(quote);
        foreach (var b in bytes)
        {
            var c = (char)b;
            switch (c)
            {
                case '\n': result.Append("\\n"); break;
                case '\r': result.Append("\\r"); break;
                case '\t': result.Append("\\t"); break;
                case >= ' ' and < '\x7f':
                    if (c == quote || c == '\\') result.Append('\\');
                    result.Append(c);
                    break;
                default: result.Append("\\x").Append(b.ToString("x2", CultureInfo.InvariantCulture)); break;
            }
        }

        return result.Append(quote).ToString();
    }
}
