using System.Text.Json;

namespace Fathom.Tokenizers.Tests;

/// <summary>Compares a GGUF tokenizer with what llama.cpp answered.</summary>
internal static class GgufGolden
{
    /// <summary>Lists every difference; empty when all rows are equal.</summary>
    public static List<string> Compare(Tokenizer tokenizer, IReadOnlyList<JsonElement> rows)
    {
        var wrong = new List<string>();
        foreach (var row in rows)
        {
            if (!row.TryGetProperty("i", out var i))
                continue;
            var text = GoldenFiles.Strings[i.GetInt32()].Text;
            var ids = GoldenFiles.Numbers(row.GetProperty("ids"));
            var special = row.TryGetProperty("sp", out var sp) ? GoldenFiles.Numbers(sp) : ids;
            Check(wrong, i.GetInt32(), "ids", ids, tokenizer.Encode(text, addSpecialTokens: false, parseSpecialTokens: false));
            Check(wrong, i.GetInt32(), "special", special, tokenizer.Encode(text, addSpecialTokens: false));
            var full = tokenizer.With(null, null).EncodeFull(text, addSpecialTokens: false);
            Check(wrong, i.GetInt32(), "full", special, full.Ids);
            CheckText(wrong, i.GetInt32(), "decode", row, "dec", text, tokenizer.Decode(special, skipSpecialTokens: false));
            CheckText(wrong, i.GetInt32(), "decode without special tokens", row, "decs", text, tokenizer.Decode(special));
        }

        return wrong;
    }

    private static void Check(List<string> wrong, int id, string what, int[] expected, int[] actual)
    {
        if (!expected.AsSpan().SequenceEqual(actual))
            wrong.Add($"{id} {what}: expected [{string.Join(',', expected.Take(30))}], got [{string.Join(',', actual.Take(30))}]");
    }

    private static void CheckText(List<string> wrong, int id, string what, JsonElement row, string key, string text, string actual)
    {
        var expected = row.TryGetProperty(key, out var value) ? value.GetString()! : text;
        if (expected != actual)
            wrong.Add($"{id} {what}: expected {JsonSerializer.Serialize(expected)}, got {JsonSerializer.Serialize(actual)}");
    }
}
