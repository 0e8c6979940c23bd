using System.Globalization;
using System.Runtime.CompilerServices;

namespace Fathom.Tokenizers.Text;

/// <summary>Code points of UTF-16 text and the classes of characters that tokenizers ask for.</summary>
internal static class CodePoints
{
    private const int LetterMask = (1 << (int)UnicodeCategory.UppercaseLetter) | (1 << (int)UnicodeCategory.LowercaseLetter)
        | (1 << (int)UnicodeCategory.TitlecaseLetter) | (1 << (int)UnicodeCategory.ModifierLetter) | (1 << (int)UnicodeCategory.OtherLetter);

    private const int NumberMask = (1 << (int)UnicodeCategory.DecimalDigitNumber) | (1 << (int)UnicodeCategory.LetterNumber)
        | (1 << (int)UnicodeCategory.OtherNumber);

    /// <summary>The code point at <paramref name="index"/> and its length in code units; a lone surrogate is itself, of length 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int At(ReadOnlySpan<char> text, int index, out int length)
    {
        var first = text[index];
        if (char.IsHighSurrogate(first) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
        {
            length = 2;
            return char.ConvertToUtf32(first, text[index + 1]);
        }

        length = 1;
        return first;
    }

    /// <summary>The code point that ends before <paramref name="index"/> and its length in code units.</summary>
    public static int Before(ReadOnlySpan<char> text, int index, out int length)
    {
        var last = text[index - 1];
        if (char.IsLowSurrogate(last) && index >= 2 && char.IsHighSurrogate(text[index - 2]))
        {
            length = 2;
            return char.ConvertToUtf32(text[index - 2], last);
        }

        length = 1;
        return last;
    }

    /// <summary>Bit (1 shifted by the category) of a code point's general category.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int CategoryBit(int codePoint) => 1 << (int)CharUnicodeInfo.GetUnicodeCategory(codePoint);

    /// <summary>General category L.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsLetter(int codePoint) => codePoint < 128
        ? (uint)((codePoint | 0x20) - 'a') <= 'z' - 'a'
        : (CategoryBit(codePoint) & LetterMask) != 0;

    /// <summary>General category N.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsNumber(int codePoint) => codePoint < 128
        ? (uint)(codePoint - '0') <= 9
        : (CategoryBit(codePoint) & NumberMask) != 0;

    /// <summary>The property White_Space.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsWhiteSpace(int codePoint) => codePoint < 128
        ? codePoint == ' ' || (uint)(codePoint - '\t') <= '\r' - '\t'
        : codePoint < 0x10000 && char.IsWhiteSpace((char)codePoint);

    /// <summary>The class \w of Oniguruma: below U+0100 letters, numbers and connectors; above, Unicode's recommended class without joiners.</summary>
    public static bool IsPatternWord(int codePoint)
    {
        const int Mask = LetterMask | NumberMask | (1 << (int)UnicodeCategory.NonSpacingMark) | (1 << (int)UnicodeCategory.SpacingCombiningMark)
            | (1 << (int)UnicodeCategory.EnclosingMark) | (1 << (int)UnicodeCategory.ConnectorPunctuation);
        return codePoint < 256 ? (CategoryBit(codePoint) & Mask) != 0 : codePoint is not (0x200C or 0x200D) && IsWord(codePoint);
    }

    /// <summary>Oniguruma's \w inside brackets, where it looks characters below U+0100 up like all others.</summary>
    public static bool IsBracketWord(int codePoint) => codePoint is not (0x200C or 0x200D) && IsWord(codePoint);

    /// <summary>The class \w of Unicode's recommendation (and of Rust): alphabetic, marks, decimal digits, connectors and joiners.</summary>
    public static bool IsWord(int codePoint)
    {
        if (codePoint < 128)
            return (uint)((codePoint | 0x20) - 'a') <= 'z' - 'a' || (uint)(codePoint - '0') <= 9 || codePoint == '_';
        const int Mask = LetterMask | (1 << (int)UnicodeCategory.LetterNumber) | (1 << (int)UnicodeCategory.NonSpacingMark)
            | (1 << (int)UnicodeCategory.SpacingCombiningMark) | (1 << (int)UnicodeCategory.EnclosingMark)
            | (1 << (int)UnicodeCategory.DecimalDigitNumber) | (1 << (int)UnicodeCategory.ConnectorPunctuation);

        // Circled and squared letters are alphabetic symbols.
        return (CategoryBit(codePoint) & Mask) != 0
            || codePoint is 0x200C or 0x200D or (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);
    }
}
