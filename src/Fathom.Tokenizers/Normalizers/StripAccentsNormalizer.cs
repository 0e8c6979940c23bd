using System.Globalization;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Normalizers;

/// <summary>Drops combining marks; accents must have been decomposed before.</summary>
internal sealed class StripAccentsNormalizer : INormalizer
{
    private const int Marks = (1 << (int)UnicodeCategory.NonSpacingMark) | (1 << (int)UnicodeCategory.SpacingCombiningMark) | (1 << (int)UnicodeCategory.EnclosingMark);

    /// <inheritdoc/>
    public void Normalize(NormalText text) => CharacterFilter.Keep(text, c => (CodePoints.CategoryBit(c) & Marks) == 0);
}
