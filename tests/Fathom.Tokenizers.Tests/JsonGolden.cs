using System.Text.Json;

namespace Fathom.Tokenizers.Tests;

/// <summary>Compares a tokenizer.json with what the Rust library answered: rows of the files golden.jsonl.</summary>
internal sealed class JsonGolden(Tokenizer tokenizer)
{
    private readonly List<string> _wrong = [];

    /// <summary>Lists every difference; empty when all rows are equal.</summary>
    public static List<string> Compare(Tokenizer tokenizer, IReadOnlyList<JsonElement> rows)
    {
        var comparison = new JsonGolden(tokenizer.With(null, null));
        foreach (var row in rows)
            comparison.CompareRow(row);
        return comparison._wrong;
    }

    private void CompareRow(JsonElement row)
    {
        if (row.TryGetProperty("i", out var i))
            Guard(row, $"{i}", () => CompareText(row, i.GetInt32()));
        else if (row.TryGetProperty("pair", out var pair))
            Guard(row, $"pair {pair}", () => ComparePair(row, GoldenFiles.Numbers(pair)));
        else if (row.TryGetProperty("pretokenized", out var words))
            Guard(row, $"words {words}", () => CompareWords(row, GoldenFiles.Texts(words)!));
        else if (row.TryGetProperty("stream", out var stream))
            Guard(row, $"stream {stream} {row.GetProperty("skip")}", () => CompareStream(row, GoldenFiles.Strings[stream.GetInt32()].Text, $"stream {stream}"));
        else
            throw new InvalidOperationException($"unknown row {row}");
    }

    private void Guard(JsonElement row, string place, Action compare)
    {
        if (!row.TryGetProperty("error", out var error))
        {
            try
            {
                compare();
            }
            catch (FathomException unexpected)
            {
                _wrong.Add($"{place}: {unexpected.Message}");
            }

            return;
        }

        try
        {
            compare();
        }
        catch (Exception expected) when (expected is FathomException or KeyNotFoundException)
        {
            if (expected is FathomException)
                return;
        }

        _wrong.Add($"{place}: expected the error '{error}'");
    }

    private void CompareText(JsonElement row, int id)
    {
        var text = GoldenFiles.Strings[id].Text;
        var plain = tokenizer.EncodeFull(text, addSpecialTokens: false);
        var full = tokenizer.EncodeFull(text);
        if (row.TryGetProperty("error", out _))
            return;
        var ids = GoldenFiles.Numbers(row.GetProperty("ids"));
        var special = row.TryGetProperty("sp", out var sp) ? GoldenFiles.Numbers(sp) : ids;
        Check(id, "ids", ids, tokenizer.Encode(text, addSpecialTokens: false));
        Check(id, "ids of the full encoding", ids, plain.Ids);
        Check(id, "ids with special tokens", special, tokenizer.Encode(text));
        Check(id, "ids with special tokens of the full encoding", special, full.Ids);
        Check(id, "number of tokens", [special.Length], [tokenizer.CountTokens(text)]);
        var off = GoldenFiles.Numbers(row.GetProperty("off"));
        Check(id, "offsets", row.TryGetProperty("o16", out var o16) ? GoldenFiles.Numbers(o16) : off, Flat(plain.Offsets));
        Check(id, "offsets in code points", off, Flat(plain.OffsetsInCodePoints(text)));
        if (row.TryGetProperty("tok", out _))
            CompareDetails(id, row, full, row.TryGetProperty("spoff", out var spoff) ? GoldenFiles.Numbers(spoff) : off, [text, text]);
        CheckText(id, "decode", row.TryGetProperty("dec", out var dec) ? dec.GetString()! : text, tokenizer.Decode(special, skipSpecialTokens: false));
        CheckText(id, "decode without special tokens", row.TryGetProperty("decs", out var decs) ? decs.GetString()! : text, tokenizer.Decode(special));
    }

    private void ComparePair(JsonElement row, int[] pair)
    {
        var a = GoldenFiles.Strings[pair[0]].Text;
        var b = GoldenFiles.Strings[pair[1]].Text;
        var full = tokenizer.EncodeFull(a, b);
        if (row.TryGetProperty("error", out _))
            return;
        Check($"pair {pair[0]},{pair[1]}", "ids", GoldenFiles.Numbers(row.GetProperty("ids")), tokenizer.EncodeFull(a, b, addSpecialTokens: false).Ids);
        Check($"pair {pair[0]},{pair[1]}", "special", GoldenFiles.Numbers(row.GetProperty("sp")), full.Ids);
        CompareDetails($"pair {pair[0]},{pair[1]}", row, full, GoldenFiles.Numbers(row.GetProperty("spoff")), [a, b]);
    }

    private void CompareWords(JsonElement row, string[] words)
    {
        var full = tokenizer.EncodeWords(words);
        if (row.TryGetProperty("error", out _))
            return;
        Check("words", "special", GoldenFiles.Numbers(row.GetProperty("sp")), full.Ids);
        CompareDetails($"words {string.Join('|', words)}", row, full, GoldenFiles.Numbers(row.GetProperty("spoff")), null, words);
    }

    private void CompareStream(JsonElement row, string text, string place)
    {
        var ids = row.TryGetProperty("ids", out var given) ? GoldenFiles.Numbers(given) : tokenizer.Encode(text);
        var skip = row.GetProperty("skip").GetBoolean();
        var stream = tokenizer.CreateStream(skip);
        var pieces = ids.Select(stream.Append).ToArray();
        if (row.TryGetProperty("error", out _))
            return;
        var expected = GoldenFiles.Texts(row.GetProperty("out"));
        if (!expected.AsSpan().SequenceEqual(pieces))
            _wrong.Add($"{place} skip {skip}: expected {JsonSerializer.Serialize(expected)}, got {JsonSerializer.Serialize(pieces)}");
        var whole = row.TryGetProperty("whole", out var w) ? w.GetString()! : string.Concat(expected);
        CheckText(place, "whole text", whole, tokenizer.Decode(ids, skip));
        if (whole.StartsWith(string.Concat(expected), StringComparison.Ordinal))
            CheckText(place, "joined text with the rest", whole, string.Concat(pieces) + stream.Flush());
    }

    private void CompareDetails(object place, JsonElement row, TokenEncoding encoding, int[] offsets, string[]? texts, string[]? words = null)
    {
        var tokens = GoldenFiles.Texts(row.GetProperty("tok"));
        if (!tokens.AsSpan().SequenceEqual(encoding.Tokens))
            _wrong.Add($"{place} tokens: expected {JsonSerializer.Serialize(tokens)}, got {JsonSerializer.Serialize(encoding.Tokens)}");
        Check(place, "words", GoldenFiles.Numbers(row.GetProperty("words")), encoding.WordIds);
        Check(place, "sequences", GoldenFiles.Numbers(row.GetProperty("seq")), encoding.SequenceIds);
        Check(place, "mask", GoldenFiles.Numbers(row.GetProperty("mask")), encoding.SpecialTokensMask);
        Check(place, "types", GoldenFiles.Numbers(row.GetProperty("type")), encoding.TypeIds);
        var inCodePoints = new int[2 * encoding.Count];
        for (var t = 0; t < encoding.Count; t++)
        {
            var text = words is not null ? (encoding.WordIds[t] < 0 ? "" : words[encoding.WordIds[t]]) : encoding.SequenceIds[t] < 0 ? "" : texts![encoding.SequenceIds[t]];
            inCodePoints[2 * t] = CodePointsBefore(text, encoding.Offsets[t].Start);
            inCodePoints[2 * t + 1] = CodePointsBefore(text, encoding.Offsets[t].End);
        }

        Check(place, "offsets with special tokens", offsets, inCodePoints);
    }

    private static int CodePointsBefore(string text, int unit) => unit == 0 ? 0 : text[..unit].EnumerateRunes().Count();

    private static int[] Flat((int Start, int End)[] offsets) => [.. offsets.SelectMany(o => new[] { o.Start, o.End })];

    private void Check(object place, string what, int[] expected, int[] actual)
    {
        if (!expected.AsSpan().SequenceEqual(actual))
            _wrong.Add($"{place} {what}: expected [{string.Join(',', expected.Take(40))}], got [{string.Join(',', actual.Take(40))}]");
    }

    private void CheckText(object place, string what, string expected, string actual)
    {
        if (expected != actual)
            _wrong.Add($"{place} {what}: expected {JsonSerializer.Serialize(expected)}, got {JsonSerializer.Serialize(actual)}");
    }
}
