using System.Text.Json;

namespace Fathom.Tokenizers.Tests;

/// <summary>Compares an encoding with a row that holds it whole. Offsets of such rows are in code points; their texts have no others.</summary>
internal static class EncodingGolden
{
    /// <summary>Adds every difference to the list.</summary>
    public static void Compare(List<string> wrong, string place, JsonElement row, TokenEncoding encoding, Func<int, string>? textOf = null)
    {
        Check(wrong, place, "ids", row, "ids", encoding.Ids);
        var offsets = new int[encoding.Count * 2];
        for (var i = 0; i < encoding.Count; i++)
        {
            var text = textOf?.Invoke(encoding.SequenceIds[i]);
            offsets[2 * i] = CodePoint(text, encoding.Offsets[i].Start);
            offsets[2 * i + 1] = CodePoint(text, encoding.Offsets[i].End);
        }

        Check(wrong, place, "offsets", row, "off", offsets);
        Check(wrong, place, "types", row, "type", encoding.TypeIds);
        Check(wrong, place, "mask", row, "mask", encoding.SpecialTokensMask);
        Check(wrong, place, "attention", row, "attention", encoding.AttentionMask);
        Check(wrong, place, "words", row, "words", encoding.WordIds);
        Check(wrong, place, "sequences", row, "seq", encoding.SequenceIds);
        if (row.TryGetProperty("tok", out var tokens) && !GoldenFiles.Texts(tokens).AsSpan().SequenceEqual(encoding.Tokens))
            wrong.Add($"{place} tokens: expected {tokens}, got {JsonSerializer.Serialize(encoding.Tokens)}");
        var over = row.TryGetProperty("over", out var short_) ? short_ : row.TryGetProperty("overflowing", out var long_) ? long_ : default;
        var count = over.ValueKind == JsonValueKind.Array ? over.GetArrayLength() : 0;
        if (count != encoding.Overflowing.Count)
        {
            wrong.Add($"{place} overflowing: expected {count}, got {encoding.Overflowing.Count}");
            return;
        }

        for (var i = 0; i < count; i++)
            Compare(wrong, $"{place} overflow {i}", over[i], encoding.Overflowing[i], textOf);
    }

    private static int CodePoint(string? text, int unit) => text is null ? unit : text[..unit].EnumerateRunes().Count();

    private static void Check(List<string> wrong, string place, string what, JsonElement row, string key, int[] actual)
    {
        if (row.TryGetProperty(key, out var expected) && !GoldenFiles.Numbers(expected).AsSpan().SequenceEqual(actual))
            wrong.Add($"{place} {what}: expected {expected}, got [{string.Join(',', actual)}]");
    }
}
