using Fathom.Tensors.Autograd;

namespace Fathom.Training.Tests;

public sealed class TrainabilityTests
{
    [Theory]
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    [InlineData("smollm3")]
    public void AFamilyWhosePartsTheTrainingPassDoesNotComputeIsRefused(string name)
    {
        var folder = SharedFolder.Golden(Path.Combine("hf", name));
        using var device = new AutogradDevice(1);
        var loaded = Assert.Throws<FathomException>(() => TrainableModel.Load(folder, device));
        Assert.Contains($"{name} models can be run but not trained", loaded.Message, StringComparison.Ordinal);
        var fresh = Assert.Throws<FathomException>(() => TrainableModel.FromConfig(File.ReadAllBytes(Path.Combine(folder, "config.json")), device, 1));
        Assert.Contains($"{name} models can be run but not trained", fresh.Message, StringComparison.Ordinal);
    }
}
