using System.Globalization;
using Fathom.Tokenizers.Text;
using Fathom.Tokenizers.Unicode;

namespace Fathom.Tokenizers.Normalizers;

/// <summary>BERT's cleaning: control characters, spaces round Chinese characters, accents, case.</summary>
internal sealed class BertNormalizer(bool cleanText, bool handleChinese, bool stripAccents, bool lowercase) : INormalizer
{
    private static readonly UnicodeNormalizer Decomposition = new(UnicodeForm.Decomposed);

    /// <inheritdoc/>
    public void Normalize(NormalText text)
    {
        if (cleanText)
        {
            CharacterFilter.Keep(text, c => c is not (0 or 0xFFFD) && !IsControl(c));
            CharacterFilter.Map(text, c => CodePoints.IsWhiteSpace(c) ? ' ' : c);
        }

        if (handleChinese && CharacterFilter.Any(text.Current.Chars, IsChinese))
            PutSpaces(text);
        if (stripAccents)
        {
            Decomposition.Normalize(text);
            CharacterFilter.Keep(text, c => CodePoints.CategoryBit(c) != 1 << (int)UnicodeCategory.NonSpacingMark);
        }

        if (lowercase)
            LowercaseNormalizer.Lower(text);
    }

    /// <summary>Whether a code point is in the blocks that BERT takes for Chinese characters.</summary>
    public static bool IsChinese(int c) =>
        c is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
            or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);

    private static bool IsControl(int c)
    {
        const int Others = (1 << (int)UnicodeCategory.Control) | (1 << (int)UnicodeCategory.Format) | (1 << (int)UnicodeCategory.PrivateUse) | (1 << (int)UnicodeCategory.Surrogate);
        return c is not ('\t' or '\n' or '\r') && (CodePoints.CategoryBit(c) & Others) != 0;
    }

    private static void PutSpaces(NormalText text)
    {
        var chars = text.Current.Chars;
        var results = new List<(int CodePoint, int Change)>(chars.Length + 16);
        var any = false;
        for (var at = 0; at < chars.Length;)
        {
            var codePoint = CodePoints.At(chars, at, out var units);
            at += units;
            if (!IsChinese(codePoint))
            {
                results.Add((codePoint, 0));
                continue;
            }

            any = true;
            results.AddRange([(' ', 0), (codePoint, 1), (' ', 1)]);
        }

        if (any)
            text.Transform(results, 0);
    }
}
