using Fathom.Models.Verification;

namespace Fathom.Models.Tests.Encoders;

public sealed class EncoderVerifierTests
{
    [Theory]
    [InlineData("bert")]
    [InlineData("roberta")]
    [InlineData("deberta")]
    [InlineData("deberta-v3")]
    public void Every_tensor_of_the_reference_is_met(string folder) => Check(folder, "config.json");

    [SharedTheory("golden/hf")]
    [InlineData("bert-embedding", "config.json")]
    [InlineData("deberta-v2-conv", "config.json")]
    [InlineData("deberta-v2-keys", "config.json")]
    [InlineData("modernbert", "config.json")]
    [InlineData("modernbert", "config.hub.json")]
    public void Every_tensor_of_the_shared_references_is_met(string folder, string config) => Check(folder, config);

    private static void Check(string folder, string config)
    {
        using var model = EncoderModels.Load(folder, config);
        var report = new EncoderVerifier(model, new ReferenceTolerance { LogitsAbsolute = 0 }).Verify(EncoderModels.Golden(folder));
        Assert.All(report.Tensors, tensor => Assert.True(tensor.Passed, $"{tensor.Name}: {tensor.MaxAbs:g3} absolute, {tensor.MaxRel:g3} relative"));
        Assert.Contains(report.Tensors, tensor => tensor.Name == $"hidden_states.{model.Config.Layers}");
        if (model.Config.Labels.Count > 0) Assert.Contains(report.Tensors, tensor => tensor.Name == "loss");
        Assert.All(report.NotCompared, left => Assert.StartsWith("grad.", left.Name, StringComparison.Ordinal));
    }
}
