using System.Text;
using System.Text.Json;

namespace Fathom.Tokenizers.Tests;

public class LoadingTests
{
    [Fact]
    public void FolderWithConfigurationNamesItsSpecialTokens() => InFolder(folder =>
    {
        File.WriteAllBytes(Path.Combine(folder, "tokenizer.json"), GoldenFiles.Read("synthetic/added-bytelevel/tokenizer.json"));
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), """{"eos_token":{"content":"<|endoftext|>"},"bos_token":"no such token","chat_template":[{"name":"tool_use","template":"T"},{"name":"default","template":"D"}]}""");
        var tokenizer = Tokenizer.Load(folder);
        Assert.Equal("<|endoftext|>", tokenizer.SpecialTokens.Eos!.Text);
        Assert.Equal(tokenizer.TokenToId("<|endoftext|>"), tokenizer.SpecialTokens.Eos.Id);
        Assert.Null(tokenizer.SpecialTokens.Bos);
        Assert.Equal("D", tokenizer.ChatTemplate);
        Assert.True(tokenizer.IsSpecial(tokenizer.SpecialTokens.Eos.Id));
    });

    [Fact]
    public void VocabularyAndMergesGiveTheSameIdsAsTokenizerJson() => InFolder(folder =>
    {
        using var json = JsonDocument.Parse(GoldenFiles.Read("synthetic/llama3-regex-ignore-merges/tokenizer.json"));
        var model = json.RootElement.GetProperty("model");
        File.WriteAllText(Path.Combine(folder, "vocab.json"), model.GetProperty("vocab").GetRawText());
        File.WriteAllText(Path.Combine(folder, "merges.txt"), "#version: 0.2\n" + string.Concat(model.GetProperty("merges").EnumerateArray().Select(m => (m.ValueKind == JsonValueKind.String ? m.GetString() : m[0].GetString() + " " + m[1].GetString()) + "\n")));
        var files = Tokenizer.Load(folder);
        var same = Tokenizer.FromJson(Encoding.UTF8.GetBytes($$$"""{"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false},"decoder":{"type":"ByteLevel"},"model":{"vocab":{{{model.GetProperty("vocab").GetRawText()}}},"merges":{{{model.GetProperty("merges").GetRawText()}}}}}"""));
        foreach (var text in GoldenFiles.Strings.Values)
            Assert.Equal(same.Encode(text.Text), files.Encode(text.Text));
    });

    [Theory]
    [InlineData("""{"model":{"type":"Bigram","vocab":{"a":0}}}""", "Bigram")]
    [InlineData("""{"normalizer":{"type":"Shout"},"model":{"type":"WordLevel","vocab":{"a":0}}}""", "Shout")]
    [InlineData("""{"pre_tokenizer":{"type":"Knife"},"model":{"type":"WordLevel","vocab":{"a":0}}}""", "Knife")]
    [InlineData("""{"decoder":{"type":"Enigma"},"model":{"type":"WordLevel","vocab":{"a":0}}}""", "Enigma")]
    [InlineData("""{"post_processor":{"type":"Stamp"},"model":{"type":"WordLevel","vocab":{"a":0}}}""", "Stamp")]
    [InlineData("""{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(a)\\1"},"behavior":"Isolated"},"model":{"type":"WordLevel","vocab":{"a":0}}}""", "not supported")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":["a b"]}}""", "'b'")]
    [InlineData("""{"model":{"type":"BPE","dropout":0.1,"vocab":{"a":0},"merges":[]}}""", "dropout")]
    [InlineData("""{"model":{"type":"WordLevel","vocab":{"a":2000000000}}}""", "2000000000")]
    [InlineData("""[]""", "not a JSON object")]
    public void WhatIsNotKnownIsRefusedByName(string json, string named)
    {
        var refusal = Assert.Throws<FathomException>(() => Tokenizer.FromJson(Encoding.UTF8.GetBytes(json), "file.json"));
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        Assert.StartsWith(named == "not supported" ? "The regular expression" : "file.json", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ExpressionsThatExplodeAreStopped()
    {
        var json = """{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(?:a+)+$"},"behavior":"Isolated"},"model":{"type":"WordLevel","unk_token":"a","vocab":{"a":0}}}"""u8;
        var tokenizer = Tokenizer.FromJson(json);
        Assert.Equal([0], tokenizer.Encode("aaa"));
        var refusal = Assert.Throws<FathomException>(() => tokenizer.Encode(new string('a', 60) + "b"));
        Assert.Contains("too many attempts", refusal.Message, StringComparison.Ordinal);
    }

    [SharedTheory("golden/tokenizers/synthetic")]
    [InlineData("in-file-truncation")]
    [InlineData("in-file-padding")]
    [InlineData("in-file-both-fixed")]
    public void TruncationAndPaddingInTheFileAreApplied(string name)
    {
        var tokenizer = SyntheticTokenizers.Get(name);
        var wrong = new List<string>();
        foreach (var row in GoldenFiles.Rows($"synthetic/{name}/golden.jsonl"))
        {
            if (row.TryGetProperty("batch", out var batch))
            {
                var texts = GoldenFiles.Numbers(batch).Select(i => GoldenFiles.Strings[i].Text).ToArray();
                var rows = tokenizer.EncodeBatch([.. texts.Select(t => (t, (string?)null))]);
                for (var i = 0; i < rows.Length; i++)
                    EncodingGolden.Compare(wrong, $"batch {i}", row.GetProperty("rows")[i], rows[i], s => s < 0 ? "" : texts[i]);
                continue;
            }

            var text = GoldenFiles.Strings[row.GetProperty("i").GetInt32()].Text;
            EncodingGolden.Compare(wrong, $"{row.GetProperty("i")}", row, tokenizer.EncodeFull(text), s => s < 0 ? "" : text);
        }

        Differences.None(wrong);
    }

    private static void InFolder(Action<string> use)
    {
        var folder = Directory.CreateTempSubdirectory("fathom-tokenizers-");
        try
        {
            use(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
