using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.PostProcessors;

/// <summary>Takes the white space that byte-level tokens begin or end with out of their offsets.</summary>
internal static class OffsetTrimmer
{
    private static readonly char SpaceLetter = ByteLetters.Letter((byte)' ');

    /// <summary>Trims a part and what overflowed from it.</summary>
    public static void Trim(EncodingPart part, bool addPrefixSpace)
    {
        for (var i = 0; i < part.Count; i++)
        {
            var token = part.Tokens[i];
            var leading = 0;
            while (leading < token.Length && IsSpace(token[leading]))
                leading++;
            var trailing = 0;
            while (trailing < token.Length && IsSpace(token[token.Length - 1 - trailing]))
                trailing++;
            var (start, end) = part.Offsets[i];
            if (leading > 0)
            {
                // One space may be the one that was put in, which has no place in the text; more were there before.
                if (addPrefixSpace && leading == 1 && (i == 0 || start == 0))
                    leading = 0;
                for (; leading > 0 && start < end; leading--)
                    start += UnitsAt(part.TextOf(i), start);
            }

            for (; trailing > 0 && end > start; trailing--)
                end -= UnitsBefore(part.TextOf(i), end);
            part.Offsets[i] = (start, end);
        }

        foreach (var overflow in part.Overflowing)
            Trim(overflow, addPrefixSpace);
    }

    // The reference counts in code points, whatever they are.
    private static int UnitsAt(ReadOnlySpan<char> text, int at)
    {
        CodePoints.At(text, at, out var units);
        return units;
    }

    private static int UnitsBefore(ReadOnlySpan<char> text, int at)
    {
        CodePoints.Before(text, at, out var units);
        return units;
    }

    private static bool IsSpace(char c) => c == SpaceLetter || CodePoints.IsWhiteSpace(c);
}
