using System.Text;
using Fathom.Formats;

namespace Fathom.Tokenizers.Tests;

public class IncrementalEncoderTests
{
    // All the hard strings among words, about 700,000 characters: several windows.
    private static readonly Lazy<string> Text = new(() =>
    {
        var text = new StringBuilder();
        for (var turn = 0; text.Length < 700_000; turn++)
        {
            foreach (var (id, hard) in GoldenFiles.Strings)
            {
                if (hard.Text.Length < 4000 && (id + turn) % 3 == 0)
                    text.Append(hard.Text);
                text.Append(turn % 2 == 0 ? "The quick brown fox, it's 12 lazy dogs" : "  words\n of  Many\tkinds and more words");
            }
        }

        return text.ToString();
    });

    [Theory]
    [InlineData("smollm2")]
    [InlineData("pre-tokenizers")]
    public void GivesTheIdsOfTheWhole(string name)
    {
        using var file = GgufFile.Parse(GoldenFiles.Read($"gguf/{name}.gguf"), name);
        Compare(Tokenizer.FromGguf(file), cuts: true);
    }

    [Fact]
    public void DropsTheSpaceThatIsPutBeforeEveryText() =>
        Compare(Tokenizer.FromJson(GoldenFiles.Read("real/mistral-v1/tokenizer.json"), "mistral-v1"), cuts: true);

    [SharedTheory("golden/tokenizers/gguf")]
    [InlineData("phi-3", true)]
    [InlineData("bert-bge", true)]
    [InlineData("tiny-spm", true)]
    [InlineData("tiny-spm-no-prefix", true)]
    [InlineData("tiny-ugm", false)]
    public void VocabulariesOfGgufToo(string name, bool cuts)
    {
        using var file = GgufFile.Parse(GoldenFiles.Read($"gguf/{name}.gguf"), name);
        Compare(Tokenizer.FromGguf(file), cuts);
    }

    [SharedTheory("golden/tokenizers/real")]
    [InlineData("gpt2")]
    [InlineData("qwen3")]
    [InlineData("mistral-v3")]
    [InlineData("deepseek-v3")]
    [InlineData("gpt-oss")]
    [InlineData("gpt-neox")]
    [InlineData("bert-uncased")]
    [InlineData("t5")]
    [InlineData("clip")]
    public void RealTokenizersToo(string name) =>
        Compare(Tokenizer.FromJson(GoldenFiles.Read($"real/{name}/tokenizer.json"), name).With(null, null), cuts: true);

    [Fact]
    public void ATextWithoutPlacesToCutIsRefusedWithAClearLine()
    {
        using var file = GgufFile.Parse(GoldenFiles.Read("gguf/smollm2.gguf"), "smollm2");
        var stream = Tokenizer.FromGguf(file).CreateEncoder();
        var part = new string('x', 1 << 20);
        var error = Assert.Throws<FathomException>(() =>
        {
            for (var i = 0; i <= IncrementalEncoder.MostHeld >> 20; i++)
                stream.Append(part);
        });
        Assert.Contains("64 Mi characters", error.Message, StringComparison.Ordinal);
        Assert.Contains("lines", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void StartsAnewAfterTheEnd()
    {
        using var file = GgufFile.Parse(GoldenFiles.Read("gguf/smollm2.gguf"), "smollm2");
        var tokenizer = Tokenizer.FromGguf(file);
        var stream = tokenizer.CreateEncoder();
        Assert.Empty(stream.Finish().ToArray());
        stream.Append("one two");
        Assert.Equal(tokenizer.Encode("one two"), stream.Finish().ToArray());
        Assert.Equal(0, stream.Append("three").Length);
        Assert.Equal(tokenizer.Encode("three"), stream.Finish().ToArray());
    }

    private static void Compare(Tokenizer tokenizer, bool cuts)
    {
        var text = Text.Value.AsSpan();
        var stream = tokenizer.CreateEncoder();
        var ids = new List<int>();
        var early = 0;
        for (var at = 0; at < text.Length; at += 50_021)
        {
            foreach (var id in stream.Append(text.Slice(at, Math.Min(50_021, text.Length - at))))
                ids.Add(id);
            early = ids.Count;
        }

        foreach (var id in stream.Finish())
            ids.Add(id);
        Assert.Equal(tokenizer.Encode(text), ids.ToArray());
        Assert.Equal(cuts, early > 0);
    }
}
