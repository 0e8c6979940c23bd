namespace Fathom.Tokenizers.Tests;

public class RealTests
{
    [Fact]
    public void MistralEqualsTheReference() => Compare("mistral-v1");

    [SharedTheory("golden/tokenizers/real")]
    [InlineData("gpt2")]
    [InlineData("smollm2")]
    [InlineData("qwen3")]
    [InlineData("mistral-v3")]
    [InlineData("deepseek-v3")]
    [InlineData("gpt-oss")]
    [InlineData("gpt-neox")]
    [InlineData("bert-uncased")]
    [InlineData("t5")]
    [InlineData("clip")]
    public void EqualsTheReference(string name) => Compare(name);

    private static void Compare(string name)
    {
        var tokenizer = Tokenizer.FromJson(GoldenFiles.Read($"real/{name}/tokenizer.json"), name);
        Differences.None(JsonGolden.Compare(tokenizer, GoldenFiles.Rows($"real/{name}/golden.jsonl")));
    }
}
