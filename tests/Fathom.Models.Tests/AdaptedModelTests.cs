using Fathom.Models.Verification;

namespace Fathom.Models.Tests;

/// <summary>A model with an adapter merged at load, against the numbers PyTorch and PEFT give.</summary>
public sealed class AdaptedModelTests : IDisposable
{
    private const string Base = "llama-gqa-tied";
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Adapters => ["llama-gqa-tied-lora", "llama-gqa-tied-rslora"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Adapters))]
    public void StatesLogitsAndTokensOfTheReference(string name)
    {
        using var model = Load(TinyModels.Folder(Base), name);
        Assert.Empty(model.Warnings);
        var report = new ReferenceVerifier(model).Verify(Adapter(name) + ".safetensors");
        Assert.All(report.Tensors, tensor => Assert.True(tensor.Passed, $"{tensor.Name}: {tensor.MaxAbs}"));
        Assert.Contains(report.Tensors, tensor => tensor.Name == "generated.2");
        Assert.Contains(report.Tensors, tensor => tensor.Name == "logits");
        Assert.Contains(report.Tensors, tensor => tensor.Name == "hidden_states.3");
    }

    [Theory]
    [MemberData(nameof(Adapters))]
    public void TheSameOnAGgufFileOfTheModel(string name)
    {
        var path = _folder.Sub("model.gguf");
        using (var original = TinyModels.Load(Base)) GgufWriter.WriteLlama(path, original, Path.Combine(TinyModels.Folder(Base), "model.safetensors"));
        using var expected = Load(TinyModels.Folder(Base), name);
        using var actual = Load(path, name);
        int[] ids = [5, 17, 40, 3, 99, 62, 8];
        Assert.Equal(expected.GetHiddenStates(ids, LogitPositions.All).Logits, actual.GetHiddenStates(ids, LogitPositions.All).Logits);
    }

    [Fact]
    public void TheFingerprintTellsTheAdapterApart()
    {
        using var bare = TinyModels.Load(Base);
        using var one = Load(TinyModels.Folder(Base), "llama-gqa-tied-lora");
        using var again = Load(TinyModels.Folder(Base), "llama-gqa-tied-lora");
        using var other = Load(TinyModels.Folder(Base), "llama-gqa-tied-rslora");
        Assert.Equal(3, new[] { bare.Fingerprint, one.Fingerprint, other.Fingerprint }.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(one.Fingerprint, again.Fingerprint);
        Assert.Equal(bare.ParameterCount + 112 * 32, other.ParameterCount);
    }

    [Fact]
    public void AnAdapterThatDoesNotFitIsRefused()
    {
        var error = Assert.Throws<FathomException>(() => Load(TinyModels.Folder("llama"), "llama-gqa-tied-lora"));
        Assert.Contains("v_proj.lora_B.weight' has shape", error.Message, StringComparison.Ordinal);
        Assert.Contains("adapter_config.json", Assert.Throws<FathomException>(() => LanguageModel.Load(TinyModels.Folder(Base), new LoadOptions { Adapter = _folder.Root })).Message, StringComparison.Ordinal);
    }

    private static string Adapter(string name) => SharedFolder.Golden(Path.Combine("training", name));

    private static LanguageModel Load(string model, string adapter) => LanguageModel.Load(model, new LoadOptions { Threads = 1, Adapter = Adapter(adapter) });
}
