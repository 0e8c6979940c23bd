using System.Globalization;
using Fathom.Tokenizers.Text;
using Fathom.Tokenizers.Unicode;

namespace Fathom.Tokenizers.Normalizers;

/// <summary>llama.cpp's cleaning for BERT: each character's first decomposed one, in lower case; marks and control characters dropped.</summary>
internal sealed class LlamaCppBertNormalizer : INormalizer
{
    private const int Dropped = (1 << (int)UnicodeCategory.NonSpacingMark) | (1 << (int)UnicodeCategory.SpacingCombiningMark) | (1 << (int)UnicodeCategory.EnclosingMark) | (1 << (int)UnicodeCategory.Control) | (1 << (int)UnicodeCategory.Format) | (1 << (int)UnicodeCategory.PrivateUse) | (1 << (int)UnicodeCategory.Surrogate);

    /// <inheritdoc/>
    public void Normalize(NormalText text)
    {
        var tables = UnicodeTables.Instance;
        CharacterFilter.Map(text, c => c < 0x80 ? c
            : c is >= 0xAC00 and <= 0xD7A3 ? 0x1100 + (c - 0xAC00) / 588
            : tables.Decomposition(c, compatible: false) is { } parts ? parts[0] : c);
        CharacterFilter.Keep(text, c => CodePoints.IsWhiteSpace(c) || (c is not (0 or 0xFFFD) && (CodePoints.CategoryBit(c) & Dropped) == 0));
        CharacterFilter.Map(text, LowercaseNormalizer.ToLower);
    }
}
