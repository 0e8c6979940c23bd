using Fathom.Models;
using Fathom.Models.Conversion;
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
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    [InlineData("gpt2")]
    public void AGgufFileTrainsAsTheSameModelInHuggingFaceLayout(string name) => Compare(name);

    [SharedTheory("golden/hf")]
    [InlineData("gemma")]
    [InlineData("phi3")]
    [InlineData("gpt_neox")]
    [InlineData("olmo2")]
    [InlineData("granite")]
    [InlineData("stablelm")]
    [InlineData("cohere")]
    [InlineData("falcon-7b")]
    [InlineData("falcon-40b")]
    [InlineData("mixtral")]
    public void AGgufFileOfAnyFamilyTrainsAsTheSameModelInHuggingFaceLayout(string name) => Compare(name);

    private void Compare(string name)
    {
        var path = Path.Combine(_folder, "model.gguf");
        ModelConverter.Convert(Golden.Folder(name), path, new ConversionOptions { Tokenizer = false });
        using var device = new AutogradDevice(1);
        using var golden = new Golden(name);
        using var expected = TrainableModel.Load(Golden.Folder(name), device);
        using var actual = TrainableModel.Load(path, device);
        Assert.Equal(expected.Parameters.Keys, actual.Parameters.Keys);

        // Gemma's norms lie in the file with the one added, which rounds.
        var exact = !expected.Config.NormAddsOne;
        foreach (var (key, variable) in expected.Parameters)
        {
            var (before, after) = (variable.Values.ToArray(), actual.Parameters[key].Values.ToArray());
            Assert.All(before.Zip(after), pair => Assert.True(exact ? pair.First == pair.Second : Math.Abs(pair.First - pair.Second) <= 1.2e-7, $"{key}: {pair}"));
        }

        var objective = new CausalLanguageModelling();
        Assert.Equal(Accumulation.Run(expected, objective, [golden.Batch()]), Accumulation.Run(actual, objective, [golden.Batch()]), exact ? 0 : 1e-5);
        var saved = Directory.CreateDirectory(Path.Combine(_folder, "saved")).FullName;
        actual.SaveWeights(saved, WeightPrecision.Fp32);
        using var again = LanguageModel.Load(saved, new LoadOptions { Threads = 1, Tokenizer = false });
        using var original = LanguageModel.Load(Golden.Folder(name), new LoadOptions { Threads = 1, Tokenizer = false });
        var tokens = golden.Sequences()[1];
        var (ours, theirs) = (again.GetHiddenStates(tokens, LogitPositions.All).Logits, original.GetHiddenStates(tokens, LogitPositions.All).Logits);
        Assert.All(ours.Zip(theirs), pair => Assert.InRange(pair.First - pair.Second, -1e-4, 1e-4));
    }
}
