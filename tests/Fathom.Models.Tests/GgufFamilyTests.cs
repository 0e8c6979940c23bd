using System.Text.Json.Nodes;
using Fathom.Formats;
using Fathom.Models.Architectures;
using Fathom.Models.Conversion;
using Fathom.Models.Verification;
using Fathom.Tensors;

namespace Fathom.Models.Tests;

/// <summary>Every family that GGUF files hold, written and read back: the reference's values, and, back in Hugging Face's layout, every bit of every tensor.</summary>
public sealed class GgufFamilyTests : IDisposable
{
    // Models whose factor on scores has no key: it goes into the queries, which therefore do not come back to the bit.
    private static readonly string[] Folded = ["gemma2", "gemma3-text", "gpt2-inverse-layer"];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Families =>
    [
        "llama", "llama-gqa-tied", "llama-head-dim", "llama-bias", "llama3-rope", "llama-linear-rope", "llama-yarn-rope", "mistral-sliding",
        "qwen2", "qwen2-sliding", "qwen3", "gpt2", "gemma2",
    ];

    public static TheoryData<string> SharedFamilies =>
    [
        "gemma", "gemma3-text", "phi3", "phi3-longrope", "gpt2-inverse-layer", "cerebras-gpt", "gpt_neox", "gpt_neox-sequential", "olmo2", "granite",
        "stablelm", "stablelm-parallel", "cohere", "falcon-7b", "falcon-40b", "mixtral", "qwen3_moe",
    ];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Families))]
    public void TheReferenceIsMetAndEveryBitComesBack(string name) => Meet(name);

    [SharedTheory("golden/hf")]
    [MemberData(nameof(SharedFamilies))]
    public void TheReferenceOfTheSharedFolderIsMetAndEveryBitComesBack(string name) => Meet(name);

    [Theory]
    [MemberData(nameof(Families))]
    public void BlocksLoadInEveryFamily(string name) => Blocks(name);

    [SharedTheory("golden/hf")]
    [MemberData(nameof(SharedFamilies))]
    public void BlocksLoadInEverySharedFamily(string name) => Blocks(name);

    [Theory]
    [InlineData("opt-350m", "llama.cpp has no architecture for opt models")]
    [InlineData("falcon-rw", "positions by ALiBi")]
    [InlineData("smollm3", "layers without positions that are not every 4th (1, 3)")]
    [InlineData("llama-dynamic-rope", "rotary scaling of kind Dynamic")]
    [InlineData("llama-seqcls", "is a classifier")]
    public void WhatLlamaCppWouldComputeOtherwiseIsRefused(string name, string expected)
    {
        var failure = Assert.Throws<FathomException>(() => ModelConverter.Convert(TinyModels.Folder(name), _folder.Sub("model.gguf"), new ConversionOptions { Tokenizer = false }));
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Root));
    }

    [Fact]
    public void SmolLm3WithEveryFourthLayerWithoutPositionsKeepsItsNumbers()
    {
        var folder = _folder.Sub("hf");
        Directory.CreateDirectory(folder);
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(TinyModels.Folder("smollm3"), "config.json")))!.AsObject();
        config["no_rope_layers"] = new JsonArray(1, 1, 1, 0);
        config["no_rope_layer_interval"] = 4;
        File.WriteAllText(Path.Combine(folder, "config.json"), config.ToJsonString());
        File.Copy(Path.Combine(TinyModels.Folder("smollm3"), "model.safetensors"), Path.Combine(folder, "model.safetensors"));
        Convert(folder, _folder.Sub("model.gguf"));
        ModelConverter.Convert(_folder.Sub("model.gguf"), _folder.Sub("back"), new ConversionOptions { Tokenizer = false });
        using var original = LanguageModel.Load(folder, new LoadOptions { Threads = 1 });
        var tokens = Prompts.Ids(original, 4, 19);
        var expected = original.GetHiddenStates(tokens, LogitPositions.All).Logits;
        foreach (var place in new[] { "model.gguf", "back" })
        {
            using var model = LanguageModel.Load(_folder.Sub(place), new LoadOptions { Threads = 1 });
            Assert.Equal(expected, model.GetHiddenStates(tokens, LogitPositions.All).Logits);
        }
    }

    /// <summary>Of a model that reads images too the language model is written, and a note counts the rest.</summary>
    [SharedTheory("golden/hf")]
    [InlineData("llava")]
    [InlineData("smolvlm")]
    public void TheLanguageModelOfOneThatReadsImagesIsWritten(string name)
    {
        var result = Convert(TinyModels.Folder(name), _folder.Sub("model.gguf"));
        Assert.Contains(result.Notes, note => note.Contains("tensors", StringComparison.Ordinal));
        using var original = LanguageModel.Load(TinyModels.Folder(name), new LoadOptions { Threads = 1 });
        using var model = LanguageModel.Load(_folder.Sub("model.gguf"), new LoadOptions { Threads = 1 });
        var tokens = Prompts.Ids(original, 4, 9);
        Assert.Equal(original.GetHiddenStates(tokens, LogitPositions.All).Logits, model.GetHiddenStates(tokens, LogitPositions.All).Logits);
    }

    [Fact]
    public void ASettingThatIsNotKnownIsRefusedByName()
    {
        using var original = TinyModels.Load("gpt2");
        var path = _folder.Sub("bad.gguf");
        GgufWriter.Write(path, "gpt2", original, Path.Combine(TinyModels.Folder("gpt2"), "model.safetensors"), woven: false, ("gpt2.attention.max_alibi_bias", 8f));
        Assert.Contains("gpt2.attention.max_alibi_bias", Assert.Throws<FathomException>(() => LanguageModel.Load(path)).Message, StringComparison.Ordinal);
    }

    /// <summary>The writer of these tests makes its files from llama.cpp's converter's description on its own: the product's must be the same where both have words.</summary>
    [Theory]
    [InlineData("gpt2", "gpt2", false)]
    [InlineData("qwen2", "qwen2", false)]
    [InlineData("qwen3", "qwen3", false)]
    [InlineData("llama", "llama", true)]
    public void TensorsAreThoseOfTheOtherWriter(string name, string architecture, bool woven) => Same(name, architecture, woven);

    [SharedTheory("golden/hf")]
    [InlineData("gemma", "gemma", false)]
    [InlineData("phi3", "phi3", false)]
    [InlineData("gpt_neox", "gptneox", false)]
    [InlineData("gpt_neox-sequential", "gptneox", false)]
    [InlineData("olmo2", "olmo2", false)]
    [InlineData("granite", "granite", true)]
    [InlineData("stablelm", "stablelm", false)]
    [InlineData("cohere", "command-r", false)]
    [InlineData("mixtral", "llama", true)]
    public void TensorsOfSharedFoldersAreThoseOfTheOtherWriter(string name, string architecture, bool woven) => Same(name, architecture, woven);

    internal static ConversionResult Convert(string folder, string output, DType type = DType.F32) => ModelConverter.Convert(folder, output, new ConversionOptions { Type = type, Tokenizer = false });

    private void Same(string name, string architecture, bool woven)
    {
        using var original = TinyModels.Load(name);
        GgufWriter.Write(_folder.Sub("other.gguf"), architecture, original, Path.Combine(TinyModels.Folder(name), "model.safetensors"), woven);
        Convert(TinyModels.Folder(name), _folder.Sub("model.gguf"));
        using var other = GgufFile.Open(_folder.Sub("other.gguf"));
        using var file = GgufFile.Open(_folder.Sub("model.gguf"));
        Assert.Equal(other.Names.Order(StringComparer.Ordinal), file.Names.Order(StringComparer.Ordinal));
        foreach (var tensor in other.Names) Assert.True(Values(other.GetTensor(tensor)).AsSpan().SequenceEqual(Values(file.GetTensor(tensor))), tensor);
        foreach (var (key, value) in other.Metadata.Values.Where(pair => pair.Key.StartsWith(architecture, StringComparison.Ordinal))) Assert.Equal((key, value.ToString()), (key, file.Metadata[key].ToString()));
    }

    private void Meet(string name)
    {
        var gguf = _folder.Sub("model.gguf");
        Convert(TinyModels.Folder(name), gguf);
        using (var model = LanguageModel.Load(gguf, new LoadOptions { Threads = 1 })) Verify(model, name);
        var back = _folder.Sub("back");
        ModelConverter.Convert(gguf, back, new ConversionOptions { Tokenizer = false });
        using (var model = LanguageModel.Load(back, new LoadOptions { Threads = 1 })) Verify(model, name);
        Assert.Equal(
            (string?)JsonNode.Parse(File.ReadAllText(Path.Combine(TinyModels.Folder(name), "config.json")))!["architectures"]![0],
            (string?)JsonNode.Parse(File.ReadAllText(Path.Combine(back, "config.json")))!["architectures"]![0]);
        using var before = WeightsFolder.Open(TinyModels.Folder(name));
        using var after = WeightsFolder.Open(back);
        Assert.Equal(before.Names.Order(StringComparer.Ordinal), after.Names.Order(StringComparer.Ordinal));
        foreach (var tensor in before.Names)
        {
            var (expected, found) = (Values(before.GetTensor(tensor)), Values(after.GetTensor(tensor)));
            if (name.StartsWith("gemma", StringComparison.Ordinal) && tensor.EndsWith("norm.weight", StringComparison.Ordinal))
            {
                // The file holds 1 + weight, rounded; the factor on scores that has no key goes into the norm of queries.
                if (!Folded.Contains(name) || !tensor.Contains("q_norm", StringComparison.Ordinal)) Assert.All(expected.Zip(found), pair => Assert.InRange(pair.First - pair.Second, -1.2e-7f, 1.2e-7f));
            }
            else if (!Folded.Contains(name) || !IsQuery(tensor))
            {
                Assert.True(expected.AsSpan().SequenceEqual(found), tensor);
            }
        }
    }

    private void Blocks(string name)
    {
        using var original = TinyModels.Load(name);
        foreach (var type in new[] { DType.F16, DType.BF16, DType.Q8_0, DType.Q4_0, DType.Q4_1 })
        {
            var gguf = _folder.Sub($"{type}.gguf");
            var result = Convert(TinyModels.Folder(name), gguf, type);
            using (var file = GgufFile.Open(gguf))
            {
                Assert.All(file.TensorInfos.Where(tensor => tensor.Shape.Length == 1 || tensor.Name.EndsWith("_norm.weight", StringComparison.Ordinal)), tensor => Assert.Equal(DType.F32, tensor.Type));
                var odd = file.TensorInfos.Any(tensor => tensor.Shape.Length > 1 && tensor.Shape[^1] % DTypeInfo.Of(type).BlockSize != 0 && tensor.Type == DType.F16);
                Assert.Equal(odd, result.Notes.Any(note => note.Contains("stored as f16", StringComparison.Ordinal)));
            }

            using var model = LanguageModel.Load(gguf, new LoadOptions { Threads = 1 });
            var tokens = Prompts.Ids(original, 4, 9);
            var (expected, found) = (original.GetHiddenStates(tokens, LogitPositions.All).Logits, model.GetHiddenStates(tokens, LogitPositions.All).Logits);
            var error = expected.Zip(found, (a, b) => ((double)a - b) * (a - b)).Sum() / expected.Sum(a => (double)a * a);
            Assert.InRange(Math.Sqrt(error), 0, type switch { DType.F16 => 0.01, DType.BF16 => 0.05, DType.Q8_0 => 0.1, _ => 1 });
        }
    }

    private static void Verify(LanguageModel model, string name)
    {
        var report = new ReferenceVerifier(model).Verify(TinyModels.Golden(name));
        Assert.All(report.Tensors.Where(tensor => !tensor.Name.StartsWith("grad.", StringComparison.Ordinal) && !tensor.Name.StartsWith("adamw", StringComparison.Ordinal)), tensor => Assert.True(tensor.Passed, $"{tensor.Name}: {tensor.MaxAbs:g3} absolute, {tensor.MaxRel:g3} relative"));
    }

    private static bool IsQuery(string tensor) => tensor.Contains("q_proj", StringComparison.Ordinal) || tensor.Contains("c_attn", StringComparison.Ordinal);

    private static float[] Values(StoredTensor tensor)
    {
        var values = new float[tensor.ElementCount];
        WeightValues.Decode(tensor, values);
        return values;
    }
}
