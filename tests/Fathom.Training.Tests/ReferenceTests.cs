using Fathom.Tensors.Autograd;

namespace Fathom.Training.Tests;

/// <summary>Losses, gradients and AdamW steps against PyTorch's, with the bounds of shared/golden/hf/README.md.</summary>
public class ReferenceTests
{
    private static readonly CausalLanguageModelling Objective = new();

    public static TheoryData<string> Models =>
        ["llama", "llama-gqa-tied", "llama-head-dim", "llama-bias", "llama3-rope", "llama-linear-rope", "llama-dynamic-rope", "llama-yarn-rope", "mistral-sliding"];

    [Theory]
    [MemberData(nameof(Models))]
    public void LossAndEveryGradient(string name)
    {
        using var device = new AutogradDevice(2);
        using var golden = new Golden(name);
        using var model = TrainableModel.Load(Golden.Folder(name), device);
        var loss = Accumulation.Run(model, Objective, [golden.Batch()]);
        Assert.InRange(loss, golden.Floats("loss")[0] - 2e-5, golden.Floats("loss")[0] + 2e-5);
        foreach (var (parameter, variable) in model.Parameters)
        {
            var reference = golden.Floats("grad." + parameter);
            var bound = 5e-5 * reference.Max(Math.Abs) + 1e-7;
            for (var i = 0; i < reference.Length; i++)
                Assert.True(Math.Abs(reference[i] - variable.Gradient[i]) <= bound, $"{parameter}[{i}]: {variable.Gradient[i]}, the reference has {reference[i]} ± {bound}");
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void TenStepsOfAdamW(string name)
    {
        using var device = new AutogradDevice(1);
        using var golden = new Golden(name);
        using var model = TrainableModel.Load(Golden.Folder(name), device);
        using var optimiser = new AdamW(device, [new ParameterGroup([.. model.Parameters.Values], WeightDecay: 0.01)]);
        foreach (var reference in golden.Floats("adamw_losses"))
        {
            var loss = Accumulation.Run(model, Objective, [golden.Batch()]);
            Assert.InRange(loss, reference - 5e-5, reference + 5e-5);
            optimiser.Step(1e-3);
        }

        Assert.Equal(10, optimiser.Steps);
    }

    [Fact]
    public void PackedLossOfTheReference()
    {
        using var device = new AutogradDevice(1);
        using var packing = new Golden("llama-gqa-tied-packing");
        using var model = TrainableModel.Load(Golden.Folder("llama-gqa-tied"), device);
        var owners = packing.Integers("sequence");
        var batch = TokenBatch.Of([.. packing.Integers("input_ids").Select((id, at) => (id, owner: owners[at])).GroupBy(token => token.owner, (_, tokens) => tokens.Select(token => token.id).ToArray())]);
        Assert.Equal(packing.Integers("labels").Count(label => label >= 0), batch.TargetCount);
        var loss = Accumulation.Run(model, Objective, [batch]);
        Assert.InRange(loss, packing.Floats("loss")[0] - 2e-5, packing.Floats("loss")[0] + 2e-5);
    }
}
