using System.Globalization;
using System.Text;

namespace Fathom.Reports;

/// <summary>
/// Turns the numeric character references that the HTML encoder writes for everything beyond plain ASCII into what a person can read:
/// letters and signs become themselves, control characters (which no HTML or XML may hold) become visible pictures, characters that
/// turn the direction of the text around (and could make a line read as what it is not) become their code in brackets.
/// Working on the finished page, it misses no text whichever component wrote it.
/// </summary>
internal static class PrintableReferences
{
    private const string Start = "&#x";
    private const int LongestDigits = 6;

    /// <summary>The page with its references replaced.</summary>
    public static string Replace(string html)
    {
        var text = new StringBuilder(html.Length);
        var copied = 0;
        for (var at = html.IndexOf(Start, StringComparison.Ordinal); at >= 0; at = html.IndexOf(Start, at + 1, StringComparison.Ordinal))
        {
            var digits = at + Start.Length;
            var end = html.IndexOf(';', digits);
            if (end < 0)
                break;
            if (end - digits > LongestDigits
                || !int.TryParse(html.AsSpan(digits, end - digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                continue;
            }

            text.Append(html, copied, at - copied);
            copied = end + 1;
            var lineFeedFollows = html.AsSpan(copied).StartsWith("&#xA;", StringComparison.OrdinalIgnoreCase);
            AppendVisible(text, code, lineFeedFollows);
        }

        return text.Append(html, copied, html.Length - copied).ToString();
    }

    private static void AppendVisible(StringBuilder text, int code, bool lineFeedFollows)
    {
        switch (code)
        {
            case 0x0D:
                text.Append(lineFeedFollows ? "" : "&#xA;");
                break;
            case 0x09 or 0x0A or 0xA0:
                Keep(text, code);
                break;
            case < 0x20:
                text.Append((char)(0x2400 + code));
                break;
            case 0x2B:
                text.Append('+');
                break;
            case 0x7F:
                text.Append('\u2421');
                break;
            case < 0x80:
                Keep(text, code);
                break;
            case >= 0xD800 and <= 0xDFFF or >= 0xFDD0 and <= 0xFDEF or > 0x10FFFF:
            case var _ when (code & 0xFFFE) == 0xFFFE:
                text.Append('\uFFFD');
                break;
            case var _ when IsInvisible(code):
                text.Append(CultureInfo.InvariantCulture, $"[U+{code:X4}]");
                break;
            default:
                text.Append(new Rune(code).ToString());
                break;
        }
    }

    private static void Keep(StringBuilder text, int code) => text.Append(CultureInfo.InvariantCulture, $"&#x{code:X};");

    // The joiners U+200C and U+200D stay: scripts and emoji need them, and they turn nothing around.
    private static bool IsInvisible(int code) => code is
        < 0xA0 or 0xAD or 0x61C or 0x180E or 0xFEFF or 0x200B or 0x200E or 0x200F
        or (>= 0x2028 and <= 0x202E) or (>= 0x2060 and <= 0x206F) or (>= 0xE0000 and <= 0xE007F);
}
