namespace Fathom.Models.Tests;

public sealed class GgufModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("llama")]
    [InlineData("llama-gqa-tied")]
    [InlineData("llama-head-dim")]
    [InlineData("llama-bias")]
    public void The_same_weights_as_gguf_give_the_same_bits(string name)
    {
        using var original = TinyModels.Load(name);
        var path = Write(original, name);
        foreach (var place in new[] { path, _folder.Root })
        {
            using var model = LanguageModel.Load(place, new LoadOptions { Threads = 1 });
            Assert.Equal([2], model.EndTokens);
            Assert.False(model.HasTokenizer);
            Assert.Equal(original.Config.TiedHead, model.Config.TiedHead);
            var tokens = Prompts.Ids(original, 4, 21);
            Assert.Equal(original.GetHiddenStates(tokens, LogitPositions.All).Logits, model.GetHiddenStates(tokens, LogitPositions.All).Logits);
        }
    }

    [Theory]
    [InlineData("general.architecture", "rwkv7", "known are command-r")]
    [InlineData("llama.attention.clamp_kqv", "x", "llama.attention.clamp_kqv")]
    [InlineData("llama.rope.scaling.type", "longrope", "none, linear, yarn")]
    public void What_is_not_known_is_refused_by_name(string key, string value, string expected)
    {
        using var original = TinyModels.Load("llama");
        var path = _folder.Sub("bad.gguf");
        if (key == "general.architecture") Spoil(original, path, value);
        else GgufWriter.WriteLlama(path, original, Path.Combine(TinyModels.Folder("llama"), "model.safetensors"), (key, value));
        var failure = Assert.Throws<FathomException>(() => LanguageModel.Load(path));
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Linear_scaling_is_read_from_gguf_too()
    {
        using var original = TinyModels.Load("llama-linear-rope");
        var path = Write(original, "llama-linear-rope", ("llama.rope.scaling.type", "linear"), ("llama.rope.scaling.factor", 4f));
        using var model = LanguageModel.Load(path, new LoadOptions { Threads = 1 });
        var tokens = Prompts.Ids(original, 4, 21);
        Assert.Equal(original.GetHiddenStates(tokens, LogitPositions.Last).Logits, model.GetHiddenStates(tokens, LogitPositions.Last).Logits);
    }

    private string Write(LanguageModel original, string name, params (string Key, object Value)[] more)
    {
        var path = _folder.Sub("model.gguf");
        GgufWriter.WriteLlama(path, original, Path.Combine(TinyModels.Folder(name), "model.safetensors"), more);
        return path;
    }

    // The same length, so that the rest of the file stays where it is.
    private static void Spoil(LanguageModel original, string path, string architecture)
    {
        GgufWriter.WriteLlama(path, original, Path.Combine(TinyModels.Folder("llama"), "model.safetensors"));
        var bytes = File.ReadAllBytes(path);
        var at = bytes.AsSpan().IndexOf("general.architecture"u8) + "general.architecture".Length + 12;
        System.Text.Encoding.ASCII.GetBytes(architecture[..5]).CopyTo(bytes, at);
        File.WriteAllBytes(path, bytes);
    }
}
