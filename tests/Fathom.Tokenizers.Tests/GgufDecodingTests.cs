using Fathom.Formats;
using Fathom.Tokenizers.Loading;

namespace Fathom.Tokenizers.Tests;

/// <summary>What llama.cpp does when it turns ids into text, on vocabularies small enough to follow by hand.</summary>
public class GgufDecodingTests
{
    private const int Normal = 1;
    private const int Control = 3;
    private const int UserDefined = 4;
    private const int Byte = 6;

    [Theory]
    [InlineData("gpt-2", "yes?'s it's'no")]
    [InlineData("smollm", "yes ? 's it 's ' no")]
    public void SpacesAreCleanedWhereLlamaCppDoes(string pre, string expected)
    {
        var tokenizer = Load("gpt2", [("yes", Normal), ("Ġ", Normal), ("?", Normal), ("'s", Normal), ("it", Normal), ("'", Normal), ("no", Normal)], pre);
        int[] ids = [0, 1, 2, 1, 3, 1, 4, 1, 3, 1, 5, 1, 6];
        Assert.Equal(expected, tokenizer.Decode(ids));

        // Piece by piece nothing is taken back: what stands behind a space is not known yet.
        var stream = tokenizer.CreateStream();
        Assert.Equal("yes ? 's it 's ' no", string.Concat(ids.Select(stream.Append)) + stream.Flush());
    }

    [Fact]
    public void UserDefinedAndControlTokensAreTheirTextAsItStands()
    {
        // As byte letters ö would be one byte of half a character.
        var tokenizer = Load("gpt2", [("Ċ", Normal), ("ö", UserDefined), ("<|x|>", Control)], "smollm");
        Assert.Equal("\nö<|x|>", tokenizer.Decode([0, 1, 2], skipSpecialTokens: false));
        Assert.Equal("\nö", tokenizer.Decode([0, 1, 2]));
    }

    [Fact]
    public void Gemma4MergesOverWholeLinesAndFallsBackToBytes()
    {
        (string, int)[] tokens = [("a", Normal), ("▁", Normal), ("▁a", Normal), ("\n", Normal), ("\n\n", Normal), ("<0xC3>", Byte), ("<0xB6>", Byte), ("<bos>", Control), ("</s>", Control), ("<|tool_response>", Control), ("a▁a", Normal)];
        var tokenizer = Load("gemma4", tokens, null, ["▁ a", "a ▁a", "\n \n"], bos: 7);
        Assert.Equal([7, 10, 4, 2, 5, 6], tokenizer.Encode("a a\n\n aö"));
        Assert.Equal("a a\n\n aö</s>", tokenizer.Decode([7, 10, 4, 2, 5, 6, 8]));
    }

    private static Tokenizer Load(string kind, (string Text, int Type)[] tokens, string? pre, string[]? merges = null, int? bos = null)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("fathom-vocabulary-").FullName, "vocabulary.gguf");
        var metadata = new GgufMetadataBuilder().Add("general.architecture", "test").Add("tokenizer.ggml.model", kind)
            .Add("tokenizer.ggml.tokens", [.. tokens.Select(token => token.Text)]).Add("tokenizer.ggml.token_type", [.. tokens.Select(token => token.Type)]).Add("tokenizer.ggml.merges", merges ?? []);
        if (pre is not null) metadata.Add("tokenizer.ggml.pre", pre);
        if (bos is { } id) metadata.Add("tokenizer.ggml.bos_token_id", id);
        try
        {
            using (var writer = GgufWriter.Create(path, metadata, [])) writer.Complete();
            using var file = GgufFile.Open(path);
            return GgufTokenizerLoader.Load(file.Metadata, path);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }
}
