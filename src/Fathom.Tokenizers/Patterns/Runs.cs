using System.Runtime.CompilerServices;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Patterns;

/// <summary>Runs of characters of one class, as the hand-written scanners need them.</summary>
internal static class Runs
{
    /// <summary>End of the run of letters (\p{L}) from <paramref name="at"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Letters(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length)
        {
            if ((uint)((text[at] | 0x20) - 'a') <= 'z' - 'a')
            {
                at++;
                continue;
            }

            if (text[at] < 128 || !CodePoints.IsLetter(CodePoints.At(text, at, out var units)))
                break;
            at += units;
        }

        return at;
    }

    /// <summary>End of the run of at most <paramref name="most"/> numbers (\p{N}).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Numbers(ReadOnlySpan<char> text, int at, int most)
    {
        for (var count = 0; count < most && at < text.Length; count++)
        {
            if (!CodePoints.IsNumber(CodePoints.At(text, at, out var units)))
                break;
            at += units;
        }

        return at;
    }

    /// <summary>End of the run of characters that are neither white space nor letter nor number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Others(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && IsOther(CodePoints.At(text, at, out var units)))
            at += units;
        return at;
    }

    /// <summary>Whether a character is neither white space nor letter nor number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsOther(int codePoint) =>
        !CodePoints.IsWhiteSpace(codePoint) && !CodePoints.IsLetter(codePoint) && !CodePoints.IsNumber(codePoint);

    /// <summary>End of the run of white space.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Spaces(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && CodePoints.IsWhiteSpace(text[at]))
            at++;
        return at;
    }

    /// <summary>End of the run of carriage returns and line feeds.</summary>
    public static int Breaks(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && text[at] is '\r' or '\n')
            at++;
        return at;
    }

    /// <summary>End of <c>\s+(?!\S)|\s+</c> at white space: a run leaves its last character to the word behind it.</summary>
    public static int SpacesBeforeWord(ReadOnlySpan<char> text, int at)
    {
        var end = Spaces(text, at);
        return end < text.Length && end - at > 1 ? end - 1 : end;
    }

    /// <summary>Length of an English contraction ('s 't 'm 'd 're 've 'll) at an apostrophe, or 0.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where the apostrophe is.</param>
    /// <param name="ignoreCase">Capitals count too, and so does the long s, which folds to s.</param>
    /// <param name="longS">Whether the long s counts when case is ignored.</param>
    public static int Contraction(ReadOnlySpan<char> text, int at, bool ignoreCase, bool longS = true)
    {
        if (at + 1 >= text.Length)
            return 0;
        var first = Fold(text[at + 1], ignoreCase, longS);
        if (first is 's' or 't' or 'm' or 'd')
            return 2;
        if (at + 2 >= text.Length)
            return 0;
        var second = Fold(text[at + 2], ignoreCase, longS);
        return (first, second) is ('r', 'e') or ('v', 'e') or ('l', 'l') ? 3 : 0;
    }

    private static char Fold(char c, bool ignoreCase, bool longS) =>
        !ignoreCase ? c : c is >= 'A' and <= 'Z' ? (char)(c | 0x20) : c == '\u017F' && longS ? 's' : c;
}
