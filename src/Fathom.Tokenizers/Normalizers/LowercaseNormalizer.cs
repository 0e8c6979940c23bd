using System.Text;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Normalizers;

/// <summary>Lower case, character by character, without regard to neighbours.</summary>
internal sealed class LowercaseNormalizer : INormalizer
{
    /// <inheritdoc/>
    public void Normalize(NormalText text) => Lower(text);

    /// <summary>Does the work.</summary>
    public static void Lower(NormalText text)
    {
        var chars = text.Current.Chars;
        if (!chars.Contains('\u0130'))
        {
            CharacterFilter.Map(text, ToLower);
            return;
        }

        // The one character whose lower case is two.
        var results = new List<(int CodePoint, int Change)>(chars.Length + 4);
        for (var at = 0; at < chars.Length;)
        {
            var codePoint = CodePoints.At(chars, at, out var units);
            at += units;
            results.Add((codePoint == 0x130 ? 'i' : ToLower(codePoint), 0));
            if (codePoint == 0x130)
                results.Add((0x307, 1));
        }

        text.Transform(results, 0);
    }

    /// <summary>Lower case of one code point.</summary>
    public static int ToLower(int codePoint) => codePoint < 128 ? ((uint)(codePoint - 'A') <= 'Z' - 'A' ? codePoint | 0x20 : codePoint) : Rune.IsValid(codePoint) ? Rune.ToLowerInvariant(new Rune(codePoint)).Value : codePoint;
}
