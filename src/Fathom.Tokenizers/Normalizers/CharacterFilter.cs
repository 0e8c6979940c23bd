using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Normalizers;

/// <summary>Dropping and mapping of single characters, which several normalizers share.</summary>
internal static class CharacterFilter
{
    /// <summary>Keeps the characters that pass a test; a kept one swallows those dropped behind it.</summary>
    public static void Keep(NormalText text, Func<int, bool> keep)
    {
        var chars = text.Current.Chars;
        if (!Any(chars, c => !keep(c)))
            return;
        var results = new List<(int CodePoint, int Change)>(chars.Length);
        var removedFirst = 0;
        var dropped = false;
        for (var at = 0; at < chars.Length;)
        {
            var codePoint = CodePoints.At(chars, at, out var units);
            at += units;
            if (keep(codePoint))
            {
                results.Add((codePoint, 0));
                continue;
            }

            dropped = true;
            if (results.Count == 0)
                removedFirst++;
            else
                results[^1] = (results[^1].CodePoint, results[^1].Change - 1);
        }

        if (dropped)
            text.Transform(results, removedFirst);
    }

    /// <summary>Replaces each character by another.</summary>
    public static void Map(NormalText text, Func<int, int> map)
    {
        var chars = text.Current.Chars;
        if (!chars.ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            // One unit for one keeps every unit's source. Mappings of this kind stay in the plane.
            var units16 = text.Current.Mutable;
            for (var i = 0; i < units16.Length; i++)
                units16[i] = checked((char)map(units16[i]));
            return;
        }

        var results = new List<(int CodePoint, int Change)>(chars.Length);
        var changed = false;
        for (var at = 0; at < chars.Length;)
        {
            var codePoint = CodePoints.At(chars, at, out var units);
            at += units;
            var mapped = map(codePoint);
            changed |= mapped != codePoint;
            results.Add((mapped, 0));
        }

        if (changed)
            text.Transform(results, 0);
    }
    /// <summary>Whether any character passes a test.</summary>
    public static bool Any(ReadOnlySpan<char> chars, Func<int, bool> test)
    {
        for (var at = 0; at < chars.Length;)
        {
            var codePoint = CodePoints.At(chars, at, out var units);
            at += units;
            if (test(codePoint))
                return true;
        }

        return false;
    }
}
