using Fathom.Formats;

namespace Fathom.Tokenizers.Tests;

public class GgufTests
{
    [Theory]
    [InlineData("smollm2")]
    public void EqualsLlamaCpp(string name)
    {
        using var file = GgufFile.Parse(GoldenFiles.Read($"gguf/{name}.gguf"), name);
        var tokenizer = Tokenizer.FromGguf(file);
        Differences.None(GgufGolden.Compare(tokenizer, GoldenFiles.Rows($"gguf/{name}.golden.jsonl")));
    }
}
