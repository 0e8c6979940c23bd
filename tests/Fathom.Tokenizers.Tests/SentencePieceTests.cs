using System.Text.Json;
using Fathom.Tokenizers.Loading;

namespace Fathom.Tokenizers.Tests;

public class SentencePieceTests
{
    [SharedTheory("golden/tokenizers/sentencepiece")]
    [InlineData("bpe-byte-fallback")]
    [InlineData("bpe-nmt_nfkc")]
    [InlineData("bpe-no-prefix-nmt_nfkc_cf")]
    [InlineData("char")]
    [InlineData("unigram-byte-fallback")]
    [InlineData("unigram-keep-spaces")]
    [InlineData("unigram-nfkc_cf-digits")]
    [InlineData("unigram-nmt_nfkc")]
    [InlineData("unigram-suffix")]
    [InlineData("word")]
    public void EqualsSentencePiece(string name)
    {
        var tokenizer = SentencePieceLoader.Load(GoldenFiles.Read($"sentencepiece/{name}.model"), name);
        var wrong = new List<string>();
        foreach (var row in GoldenFiles.Rows($"sentencepiece/{name}.golden.jsonl").Where(r => r.TryGetProperty("i", out _)))
        {
            var id = row.GetProperty("i").GetInt32();
            var text = GoldenFiles.Strings[id].Text;
            var ids = GoldenFiles.Numbers(row.GetProperty("ids"));
            var actual = tokenizer.Encode(text);
            var full = tokenizer.EncodeFull(text);
            if (!ids.AsSpan().SequenceEqual(actual) || !ids.AsSpan().SequenceEqual(full.Ids))
                wrong.Add($"{id}: expected {string.Join('|', ids.Select(tokenizer.IdToToken))}, got {string.Join('|', actual.Select(tokenizer.IdToToken))} and {string.Join('|', full.Tokens)}");
            else if (row.TryGetProperty("tok", out var tokens) && !GoldenFiles.Texts(tokens).SequenceEqual(ids.Select(tokenizer.IdToToken)))
                wrong.Add($"{id} tokens: expected {tokens}");
            var decoded = tokenizer.Decode(ids, skipSpecialTokens: false);
            var expected = row.TryGetProperty("dec", out var dec) ? dec.GetString()! : text;
            if (decoded != expected)
                wrong.Add($"{id} decode: expected {JsonSerializer.Serialize(expected)}, got {JsonSerializer.Serialize(decoded)}");
        }

        Differences.None(wrong);
    }
}
