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
    [InlineData("""{"model_type":"deberta"}""", "{}", new[] { 1, 5, 2 }, new[] { 1, 5, 2, 6, 2 })]
    [InlineData("""{"model_type":"x"}""", """{"tokenizer_class":"DebertaTokenizer"}""", new[] { 1, 5, 2 }, new[] { 1, 5, 2, 6, 2 })]
    [InlineData("""{"model_type":"roberta"}""", "{}", new[] { 7, 5, 8 }, new[] { 7, 5, 8, 8, 6, 8 })]
    [InlineData("""{"model_type":"opt"}""", """{"tokenizer_class":"GPT2Tokenizer","add_bos_token":true,"bos_token":"</s>"}""", new[] { 8, 5 }, new[] { 8, 5, 6 })]
    [InlineData("""{"model_type":"gpt2"}""", "{}", new[] { 5 }, new[] { 5, 6 })]
    public void VocabularyAndMergesAreFramedAsTheirModelWantsIt(string config, string tokenizerConfig, int[] single, int[] pair) => InFolder(folder =>
    {
        File.WriteAllText(Path.Combine(folder, "config.json"), config);
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), tokenizerConfig);
        File.WriteAllText(Path.Combine(folder, "vocab.json"), """{"[PAD]":0,"[CLS]":1,"[SEP]":2,"[UNK]":3,"[MASK]":4,"a":5,"b":6,"<s>":7,"</s>":8,"<|endoftext|>":9}""");
        File.WriteAllText(Path.Combine(folder, "merges.txt"), "#version: 0.2\n");
        var tokenizer = Tokenizer.Load(folder);
        Assert.Equal(single, tokenizer.EncodeFull("a").Ids);
        Assert.Equal(pair, tokenizer.EncodeFull("a", "b").Ids);
        Assert.Equal([5, 6], tokenizer.Encode("ab", addSpecialTokens: false));
    });

    [Fact]
    public void ABeginningThatIsNotNamedIsRefused() => InFolder(folder =>
    {
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), """{"add_bos_token":true}""");
        File.WriteAllText(Path.Combine(folder, "vocab.json"), """{"a":0}""");
        File.WriteAllText(Path.Combine(folder, "merges.txt"), "");
        Assert.Contains("add_bos_token", Assert.Throws<FathomException>(() => Tokenizer.Load(folder)).Message, StringComparison.Ordinal);
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
