using System.Text.Json;
using Fathom.Models.Architectures;
using Fathom.Models.Positions;
using Fathom.Models.Running;

namespace Fathom.Models.Tests;

public class HuggingFaceConfigWriterTests
{
    public static TheoryData<string> Models => [.. TinyModels.LlamaForm, "qwen2", "qwen2-sliding", "qwen3", "smollm3", "gpt2", "gemma2", "falcon-rw"];

    public static TheoryData<string> SharedModels => [.. TinyModels.SharedForms.Where(name => name != "opt")];

    [Theory]
    [MemberData(nameof(Models))]
    public void WhatIsReadBackEqualsWhatWasWritten(string name) => ReadBack(name);

    [SharedTheory("golden/hf")]
    [MemberData(nameof(SharedModels))]
    public void WhatIsReadBackEqualsWhatWasWrittenOfSharedFolders(string name) => ReadBack(name);

    private static void ReadBack(string name)
    {
        var files = ModelFiles.Open(TinyModels.Folder(name));
        using var weights = files.Weights;
        var written = HuggingFaceConfigWriter.Write(files.Config, "float32");
        var again = files.Architecture.Read(HuggingFaceConfig.Parse(written, "written"));
        Assert.Equal(JsonSerializer.Serialize(files.Config), JsonSerializer.Serialize(again));
        Assert.Equal(ParameterShapes.Of(files.Config), ParameterShapes.Of(again));
    }

    [Fact]
    public void AFamilyItHasNoWordsForIsRefused()
    {
        var files = ModelFiles.Open(TinyModels.Folder("opt-350m"));
        using var weights = files.Weights;
        var failure = Assert.Throws<FathomException>(() => HuggingFaceConfigWriter.Write(files.Config, "float32"));
        Assert.Contains("opt", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ALlamaOfAGgufFileWithAWindowBecomesAMistral()
    {
        var files = ModelFiles.Open(TinyModels.Folder("llama"));
        using var weights = files.Weights;
        var config = files.Config with { Windows = [.. Enumerable.Repeat(7, files.Config.Layers)] };
        var again = new MistralArchitecture().Read(HuggingFaceConfig.Parse(HuggingFaceConfigWriter.Write(config, "bfloat16"), "written"));
        Assert.Equal("mistral", again.Family);
        Assert.Equal(config.Windows, again.Windows);
    }

    [Fact]
    public void TheClassesOfAClassifierAreReadBack()
    {
        var files = ModelFiles.Open(TinyModels.Folder("llama"));
        using var weights = files.Weights;
        var config = files.Config with { Labels = ["near", "far \"out\""] };
        var written = HuggingFaceConfigWriter.Write(config, "float32");
        Assert.Contains("LlamaForSequenceClassification", System.Text.Encoding.UTF8.GetString(written), StringComparison.Ordinal);
        Assert.Equal(config.Labels, files.Architecture.Read(HuggingFaceConfig.Parse(written, "written")).Labels);
    }

    [Fact]
    public void WhatConfigJsonHasNoWordsForIsRefused()
    {
        var files = ModelFiles.Open(TinyModels.Folder("llama"));
        using var weights = files.Weights;
        var config = files.Config;
        Refused(config with { Windows = [0, 8] }, "different lengths");
        Refused(config with { Rope = config.Rope with { Kind = RopeKind.Linear, Factor = 2, Divisors = [1f, 1f, 1f, 1f] } }, "with divisors");
        Refused(config with { Rope = config.Rope with { RotaryDim = config.HeadDim - 2 } }, "rotates");
        Refused(config with { Windows = [.. Enumerable.Repeat(7, config.Layers)], AttentionBias = true, Family = "mistral" }, "biases");
        Assert.Equal(RopeKind.Default, config.Rope.Kind);

        static void Refused(DecoderConfig config, string words) =>
            Assert.Contains(words, Assert.Throws<FathomException>(() => HuggingFaceConfigWriter.Write(config, "float32")).Message, StringComparison.Ordinal);
    }
}
