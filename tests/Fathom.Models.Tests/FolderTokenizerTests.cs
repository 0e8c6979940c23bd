namespace Fathom.Models.Tests;

/// <summary>Folders without a tokenizer.json.</summary>
public sealed class FolderTokenizerTests
{
    [Fact]
    public void VocabularyAndMergesAreAModelsTokenizer()
    {
        using var folder = new TemporaryFolder();
        Copy("opt-350m", folder);
        File.WriteAllText(folder.Sub("vocab.json"), """{"<pad>":0,"a":1,"</s>":2,"b":3}""");
        File.WriteAllText(folder.Sub("merges.txt"), "#version: 0.2\n");
        File.WriteAllText(folder.Sub("tokenizer_config.json"), """{"tokenizer_class":"GPT2Tokenizer","add_bos_token":true,"bos_token":{"content":"</s>"},"eos_token":"</s>"}""");
        using var model = LanguageModel.Load(folder.Root, new LoadOptions { Threads = 1 });
        Assert.True(model.HasTokenizer);
        Assert.Equal([2, 1, 3], model.Tokenizer.Encode("ab"));
    }

    [Theory]
    [InlineData("spiece.model", "spiece.model alone does not say")]
    [InlineData("vocab.txt", "vocab.txt alone does not say")]
    [InlineData("README.md", "download the whole model")]
    public void WhatDoesNotSayEverythingIsNotTakenForOne(string name, string said)
    {
        using var folder = new TemporaryFolder();
        Copy("llama", folder);
        File.WriteAllText(folder.Sub(name), "x");
        using var model = LanguageModel.Load(folder.Root, new LoadOptions { Threads = 1 });
        Assert.False(model.HasTokenizer);
        Assert.Contains(said, Assert.Throws<FathomException>(() => model.Tokenizer).Message, StringComparison.Ordinal);
    }

    private static void Copy(string name, TemporaryFolder to)
    {
        foreach (var file in new[] { "config.json", "model.safetensors" }) File.Copy(Path.Combine(TinyModels.Folder(name), file), to.Sub(file));
    }
}
