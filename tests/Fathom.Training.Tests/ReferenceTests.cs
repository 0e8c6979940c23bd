using Fathom.Tensors.Autograd;

namespace Fathom.Training.Tests;

/// <summary>Losses, gradients and AdamW steps against PyTorch's, with the bounds of shared/golden/hf/README.md.</summary>
public class ReferenceTests
{
    private static readonly CausalLanguageModelling Objective = new();

    public static TheoryData<string> Models =>
        ["llama", "llama-gqa-tied", "llama-head-dim", "llama-bias", "llama3-rope", "llama-linear-rope", "llama-dynamic-rope", "llama-yarn-rope", "mistral-sliding", "qwen2", "qwen2-sliding", "qwen3", "smollm3", "gpt2", "gemma2", "opt-350m", "falcon-rw"];

    public static TheoryData<string> SharedModels =>
    [
        "gpt2-inverse-layer", "cerebras-gpt", "gemma", "gemma3-text", "phi3", "phi3-longrope", "opt", "gpt_neox", "gpt_neox-sequential", "olmo2",
        "granite", "stablelm", "stablelm-parallel", "cohere", "falcon-7b", "falcon-40b", "mixtral", "qwen3_moe",
    ];

    [Theory]
    [MemberData(nameof(Models))]
    public void LossAndEveryGradient(string name) => CompareGradients(name);

    [SharedTheory("golden/hf")]
    [MemberData(nameof(SharedModels))]
    public void LossAndEveryGradientOfTheSharedFolder(string name) => CompareGradients(name);

    [Theory]
    [MemberData(nameof(Models))]
    public void TenStepsOfAdamW(string name) => CompareSteps(name);

    [SharedTheory("golden/hf")]
    [MemberData(nameof(SharedModels))]
    public void TenStepsOfAdamWOfTheSharedFolder(string name) => CompareSteps(name);

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

    private static void CompareGradients(string name)
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

    private static void CompareSteps(string name)
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
}
