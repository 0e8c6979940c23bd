namespace Fathom.Insight.Evaluation;

/// <summary>
/// The quality of an answer that TV score's paper correlates with: whether the generated text contains the expected answer. How the
/// paper normalises is not published; this is our reading.
/// </summary>
public static class BinaryMatch
{
    /// <summary>
    /// Whether <paramref name="output"/> contains <paramref name="gold"/>, both normalised, and not as a piece of a longer number or
    /// word: <c>12</c> is neither in <c>123</c> nor in <c>1.12</c>, but in <c>(12).</c>. An empty expected answer never matches.
    /// </summary>
    public static bool Contains(string output, string gold)
    {
        ArgumentNullException.ThrowIfNull(output);
        var wanted = Normalise(gold);
        var text = Plain(output);
        if (wanted.Length == 0) return false;
        for (var at = text.IndexOf(wanted, StringComparison.Ordinal); at >= 0; at = text.IndexOf(wanted, at + 1, StringComparison.Ordinal))
        {
            if (StartsThere(text, at, wanted[0]) && EndsThere(text, at + wanted.Length, wanted[^1])) return true;
        }

        return false;
    }

    /// <summary>The expected answer: what follows the last <c>####</c> (GSM8K), without <c>$</c>, thousands commas and a trailing <c>.0</c>, trimmed.</summary>
    public static string Normalise(string gold)
    {
        ArgumentNullException.ThrowIfNull(gold);
        var mark = gold.LastIndexOf("####", StringComparison.Ordinal);
        var text = Plain(mark < 0 ? gold : gold[(mark + 4)..]).Trim();
        return text.EndsWith(".0", StringComparison.Ordinal) && text.Length > 2 && char.IsAsciiDigit(text[^3]) ? text[..^2] : text;
    }

    private static string Plain(string text) => text.Replace("$", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal);

    private static bool StartsThere(string text, int at, char first)
    {
        if (at == 0 || !char.IsLetterOrDigit(first)) return true;
        if (char.IsLetterOrDigit(text[at - 1])) return false;

        // A minus belongs to the number unless it subtracts: "-12" is not 12, "24-12" holds it.
        if (text[at - 1] == '-' && char.IsAsciiDigit(first)) return at >= 2 && char.IsLetterOrDigit(text[at - 2]);
        return !(text[at - 1] == '.' && at >= 2 && char.IsAsciiDigit(text[at - 2]) && char.IsAsciiDigit(first));
    }

    private static bool EndsThere(string text, int end, char last)
    {
        if (end == text.Length || !char.IsLetterOrDigit(last)) return true;
        if (char.IsLetterOrDigit(text[end])) return false;
        if (text[end] != '.' || !char.IsAsciiDigit(last)) return true;

        // A decimal part makes another number, unless it is all zeros.
        var digits = end + 1;
        while (digits < text.Length && text[digits] == '0') digits++;
        return digits == text.Length || !char.IsAsciiDigit(text[digits]);
    }
}
