using Fathom.Models;
using Fathom.Models.Tests;
using Fathom.Tensors.Autograd;

namespace Fathom.Training.Tests;

public sealed class GgufTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fathom-gguf-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("llama-gqa-tied")]
    [InlineData("llama-bias")]
    [InlineData("llama-head-dim")]
    public void AGgufFileTrainsAsTheSameModelInHuggingFaceLayout(string name)
    {
        var path = Path.Combine(_folder, "model.gguf");
        using (var original = LanguageModel.Load(Golden.Folder(name), new LoadOptions { Threads = 1 }))
            GgufWriter.WriteLlama(path, original, Path.Combine(Golden.Folder(name), "model.safetensors"));
        using var device = new AutogradDevice(1);
        using var expected = TrainableModel.Load(Golden.Folder(name), device);
        using var actual = TrainableModel.Load(path, device);
        Assert.Equal(expected.Parameters.Keys, actual.Parameters.Keys);
        foreach (var (key, variable) in expected.Parameters) Assert.Equal(variable.Values.ToArray(), actual.Parameters[key].Values.ToArray());
    }
}
