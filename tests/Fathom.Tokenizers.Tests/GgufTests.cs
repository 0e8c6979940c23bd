using Fathom.Formats;
using Fathom.Tokenizers.Loading;

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

    [SharedTheory("golden/tokenizers/gguf")]
    [InlineData("phi-3")]
    [InlineData("bert-bge")]
    [InlineData("tiny-spm")]
    [InlineData("tiny-spm-no-prefix")]
    [InlineData("tiny-ugm")]
    [InlineData("tiny-ugm-bytes")]
    [InlineData("tiny-bert")]
    public void OthersEqualLlamaCpp(string name) => EqualsLlamaCpp(name);

    [Fact]
    public void PreTokenizersEqualLlamaCpp()
    {
        using var file = GgufFile.Parse(GoldenFiles.Read("gguf/pre-tokenizers.gguf"), "pre-tokenizers");
        var wrong = new List<string>();
        foreach (var group in GoldenFiles.Rows("gguf/pre-tokenizers.golden.jsonl"))
        {
            var pre = group.GetProperty("pre").GetString()!;
            var tokenizer = GgufTokenizerLoader.Load(file.Metadata, "pre-tokenizers", pre);
            foreach (var row in group.GetProperty("rows").EnumerateArray())
            {
                var text = GoldenFiles.Strings[row[0].GetInt32()].Text;
                var plain = GoldenFiles.Numbers(row[1]);
                var special = row.GetArrayLength() > 2 ? GoldenFiles.Numbers(row[2]) : plain;
                if (!plain.AsSpan().SequenceEqual(tokenizer.Encode(text, addSpecialTokens: false, parseSpecialTokens: false)))
                    wrong.Add($"{pre} {row[0]}: expected {string.Join('|', plain.Select(tokenizer.IdToToken))}, got {string.Join('|', tokenizer.Encode(text, false, false).Select(tokenizer.IdToToken))}");
                else if (!special.AsSpan().SequenceEqual(tokenizer.Encode(text, addSpecialTokens: false)))
                    wrong.Add($"{pre} {row[0]} special: expected {row[2]}");
            }
        }

        Differences.None(wrong);
    }
}
