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

    /// <summary>Files whose licence keeps them out of the golden folder: FATHOM_TOKENIZERS names a folder with NAME/tokenizer.json (see golden/tokenizers/real/NAME/source.json).</summary>
    [UserTokenizerTheory]
    [InlineData("llama3.1")]
    [InlineData("gemma3")]
    public void FilesOfTheUserEqualTheReference(string name)
    {
        Differences.None(JsonGolden.Compare(Tokenizer.Load(Path.Combine(UserTokenizerTheoryAttribute.Folder!, name)), GoldenFiles.Rows($"real/{name}/golden.jsonl")));
    }

    private static void Compare(string name)
    {
        var tokenizer = Tokenizer.FromJson(GoldenFiles.Read($"real/{name}/tokenizer.json"), name);
        Differences.None(JsonGolden.Compare(tokenizer, GoldenFiles.Rows($"real/{name}/golden.jsonl")));
    }
}
