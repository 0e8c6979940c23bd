using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Unicode;

/// <summary>
/// Unicode normalization (UAX 15) that says of each resulting code point how it relates to the text: 0 replaces one,
/// a positive change was put in, -n swallowed the n that follow.
/// </summary>
internal static class UnicodeNormalization
{
    private const int SyllableBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TailBase = 0x11A7;
    private const int VowelCount = 21;
    private const int TailCount = 28;
    private const int SyllableCount = 11172;

    /// <summary>Whether text of these units only stays as it is in every form.</summary>
    public static bool IsTrivial(ReadOnlySpan<char> text, UnicodeForm form) =>
        !text.ContainsAnyExceptInRange('\0', form == UnicodeForm.Composed ? '\u02FF' : '\u007F');

    /// <summary>Normalises a text.</summary>
    public static List<(int CodePoint, int Change)> Normalize(ReadOnlySpan<char> text, UnicodeForm form)
    {
        var result = Decompose(text, form.HasFlag(UnicodeForm.Compatible));
        if (form.HasFlag(UnicodeForm.Composed))
            Compose(result);
        return result;
    }

    private static List<(int CodePoint, int Change)> Decompose(ReadOnlySpan<char> text, bool compatible)
    {
        var tables = UnicodeTables.Instance;
        var result = new List<(int CodePoint, int Change)>(text.Length + 16);
        var starter = 0;
        for (var at = 0; at < text.Length;)
        {
            var codePoint = CodePoints.At(text, at, out var units);
            at += units;
            var syllable = codePoint - SyllableBase;
            if ((uint)syllable < SyllableCount)
            {
                Sort(result, starter, tables);
                result.Add((LeadBase + syllable / (VowelCount * TailCount), 0));
                result.Add((VowelBase + syllable % (VowelCount * TailCount) / TailCount, 1));
                if (syllable % TailCount != 0)
                    result.Add((TailBase + syllable % TailCount, 1));
                starter = result.Count;
                continue;
            }

            if (codePoint >= 0x80 && tables.Decomposition(codePoint, compatible) is { } parts)
            {
                for (var i = 0; i < parts.Length; i++)
                    Add(result, parts[i], i == 0 ? 0 : 1, ref starter, tables);
            }
            else
            {
                Add(result, codePoint, 0, ref starter, tables);
            }
        }

        Sort(result, starter, tables);
        return result;
    }

    private static void Add(List<(int CodePoint, int Change)> result, int codePoint, int change, ref int starter, UnicodeTables tables)
    {
        if (tables.CombiningClass(codePoint) == 0)
        {
            Sort(result, starter, tables);
            starter = result.Count + 1;
        }

        result.Add((codePoint, change));
    }

    // Marks between two starters go in the order of their classes, equal ones as they stood.
    private static void Sort(List<(int CodePoint, int Change)> result, int from, UnicodeTables tables)
    {
        if (result.Count - from < 2)
            return;
        var sorted = result[from..].OrderBy(m => tables.CombiningClass(m.CodePoint)).ToList();
        for (var i = 0; i < sorted.Count; i++)
            result[from + i] = sorted[i];
    }

    private static void Compose(List<(int CodePoint, int Change)> text)
    {
        var tables = UnicodeTables.Instance;
        var starter = -1;
        var lastClass = -1;
        var kept = 0;
        for (var i = 0; i < text.Count; i++)
        {
            var (codePoint, change) = text[i];
            var combining = tables.CombiningClass(codePoint);
            var blocked = lastClass >= 0 && (lastClass == 0 || lastClass >= combining);
            if (starter >= 0 && !blocked)
            {
                var composed = ComposePair(text[starter].CodePoint, codePoint, tables);
                if (composed >= 0)
                {
                    text[starter] = (composed, text[starter].Change + change - 1);
                    continue;
                }
            }

            text[kept] = (codePoint, change);
            if (combining == 0)
            {
                starter = kept;
                lastClass = -1;
            }
            else
            {
                lastClass = combining;
            }

            kept++;
        }

        text.RemoveRange(kept, text.Count - kept);
    }

    private static int ComposePair(int first, int second, UnicodeTables tables)
    {
        if ((uint)(first - LeadBase) < 19 && (uint)(second - VowelBase) < VowelCount)
            return SyllableBase + ((first - LeadBase) * VowelCount + second - VowelBase) * TailCount;
        if ((uint)(first - SyllableBase) < SyllableCount && (first - SyllableBase) % TailCount == 0 && second > TailBase && second < TailBase + TailCount)
            return first + second - TailBase;
        return tables.Compose(first, second);
    }
}
