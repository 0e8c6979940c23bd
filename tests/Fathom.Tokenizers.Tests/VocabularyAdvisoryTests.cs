using Fathom.Formats;

namespace Fathom.Tokenizers.Tests;

/// <summary>Published attacks on readers of vocabularies: each is refused in one line, or harmless.</summary>
public class VocabularyAdvisoryTests
{
    // GHSA-8wwf-w4qm-gpqr, CVE-2025-49847: a token longer than the buffer it is copied to.
    [Fact]
    public void LongTokensAreOnlyLong()
    {
        var token = new string('x', 3_000_000);
        var tokenizer = Load(new GgufMetadataBuilder().Add("tokenizer.ggml.model", "llama").Add("tokenizer.ggml.tokens", ["<unk>", token]).Add("tokenizer.ggml.scores", [0f, 1f]).Add("tokenizer.ggml.token_type", [2, 1]));
        Assert.Equal(token, tokenizer.Decode([1]));
    }

    // llama.cpp pull request 25969: byte tokens whose digits are no byte, used as an index.
    [Theory]
    [InlineData("<0x-1>")]
    [InlineData("<0xZZ>")]
    [InlineData("<0x +>")]
    public void ByteTokensThatAreNoByteAreNoIndex(string token)
    {
        var metadata = new GgufMetadataBuilder().Add("tokenizer.ggml.model", "llama").Add("tokenizer.ggml.tokens", ["<unk>", token, "a"]).Add("tokenizer.ggml.scores", [0f, 0f, 1f]).Add("tokenizer.ggml.token_type", [2, 6, 1]);
        try
        {
            var tokenizer = Load(metadata);
            Assert.InRange(tokenizer.Decode(tokenizer.Encode("a\u00e4", addSpecialTokens: false)).Length, 0, 10);
            Assert.InRange(tokenizer.Decode([1]).Length, 0, 1);
        }
        catch (FathomException refusal)
        {
            Assert.DoesNotContain('\n', refusal.Message);
        }
    }

    // llama.cpp pull request 26690: scores and types read as wider numbers than the file holds.
    [Fact]
    public void ArraysOfOtherNumbersAreNotTakenForTheseNumbers()
    {
        var metadata = new GgufMetadataBuilder().Add("tokenizer.ggml.model", "llama").Add("tokenizer.ggml.tokens", ["<unk>", "a"]).Add("tokenizer.ggml.scores", ["0", "1"]).Add("tokenizer.ggml.token_type", [2, 1]);
        Assert.Contains("tokenizer.ggml.scores", Assert.Throws<FathomException>(() => Load(metadata)).Message, StringComparison.Ordinal);
        metadata = new GgufMetadataBuilder().Add("tokenizer.ggml.model", "llama").Add("tokenizer.ggml.tokens", ["<unk>", "a"]).Add("tokenizer.ggml.scores", [0f, 1f]).Add("tokenizer.ggml.token_type", ["2", "1"]);
        Assert.Contains("tokenizer.ggml.token_type", Assert.Throws<FathomException>(() => Load(metadata)).Message, StringComparison.Ordinal);
        metadata = new GgufMetadataBuilder().Add("tokenizer.ggml.model", "llama").Add("tokenizer.ggml.tokens", ["<unk>", "a"]).Add("tokenizer.ggml.scores", [0f]).Add("tokenizer.ggml.token_type", [2, 1]);
        Assert.Contains("1 entries for 2 tokens", Assert.Throws<FathomException>(() => Load(metadata)).Message, StringComparison.Ordinal);
    }

    // Ids of special tokens that no token has.
    [Theory]
    [InlineData(3)]
    [InlineData(int.MaxValue)]
    public void SpecialIdsBeyondTheVocabularyAreNone(int id)
    {
        var tokenizer = Load(new GgufMetadataBuilder().Add("tokenizer.ggml.model", "llama").Add("tokenizer.ggml.tokens", ["<unk>", "a", "\u2581"]).Add("tokenizer.ggml.scores", [0f, 1f, 0f]).Add("tokenizer.ggml.token_type", [2, 1, 1]).Add("tokenizer.ggml.bos_token_id", id));
        Assert.Null(tokenizer.SpecialTokens.Bos);
        Assert.DoesNotContain(tokenizer.Encode("a"), token => token is < 0 or > 2);
    }

    // Found by the millionfold run: tables have a place an id, so one id asked for gigabytes.
    [Theory]
    [InlineData(1_841_616)]
    [InlineData(int.MaxValue)]
    public void OneFarIdOfAnAddedTokenAsksForNoTable(int id)
    {
        var json = $$$$"""{"added_tokens":[{"id":{{{{id}}}},"content":"<s>","special":true}],"normalizer":null,"pre_tokenizer":null,"post_processor":null,"decoder":null,"model":{"type":"BPE","vocab":{"a":0},"merges":[]}}""";
        Assert.Contains($"'<s>' has the id {id}", Assert.Throws<FathomException>(() => Tokenizer.FromJson(System.Text.Encoding.UTF8.GetBytes(json))).Message, StringComparison.Ordinal);
    }

    // CVE-2024-12720, CVE-2025-2099 and their like: expressions that take exponential time on some texts.
    [Theory]
    [InlineData("(a+)+$")]
    [InlineData("(a|aa)+$")]
    [InlineData("(a|a?)+$")]
    [InlineData("(.*a){20}$")]
    [InlineData("^(([a-z])+.)+[A-Z]([a-z])+$")]
    public void ExpressionsOfAFileEndSoon(string expression)
    {
        var json = $$$"""{"added_tokens":[],"normalizer":null,"pre_tokenizer":{"type":"Split","pattern":{"Regex":{{{System.Text.Json.JsonSerializer.Serialize(expression)}}}},"behavior":"Isolated","invert":false},"post_processor":null,"decoder":null,"model":{"type":"BPE","vocab":{"a":0,"!":1},"merges":[]}}""";
        var tokenizer = Tokenizer.FromJson(System.Text.Encoding.UTF8.GetBytes(json));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        try
        {
            Assert.NotEmpty(tokenizer.Encode(new string('a', 200) + "!"));
        }
        catch (FathomException refusal)
        {
            Assert.DoesNotContain('\n', refusal.Message);
        }

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 5);
    }

    private static Tokenizer Load(GgufMetadataBuilder metadata)
    {
        var folder = Directory.CreateTempSubdirectory("fathom-vocabulary-").FullName;
        try
        {
            var path = Path.Combine(folder, "x.gguf");
            using (var writer = GgufWriter.Create(path, metadata.Add("general.architecture", "test"), [])) writer.Complete();
            using var file = GgufFile.Open(path);
            return Tokenizer.FromGguf(file);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
