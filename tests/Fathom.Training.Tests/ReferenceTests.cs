using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Fathom.Models.Verification;
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
    public void LossEveryGradientAndTenStepsOfAdamW(string name) => Compare(name);

    [SharedTheory("golden/hf")]
    [MemberData(nameof(SharedModels))]
    public void LossEveryGradientAndTenStepsOfAdamWOfTheSharedFolder(string name) => Compare(name);

    [Theory]
    [InlineData("llama-gqa-tied-lora")]
    [InlineData("llama-gqa-tied-rslora")]
    public void GradientsAndStepsOfAnAdapter(string name)
    {
        var report = new TrainingVerifier(Golden.Folder("llama-gqa-tied")) { Adapter = SharedFolder.Golden($"training/{name}"), Threads = 1 }.Verify(Golden.File(name));
        Pass(report);
        using var device = new AutogradDevice(1);
        using var model = TrainableModel.Load(Golden.Folder("llama-gqa-tied"), device);
        model.LoadAdapter("default", SharedFolder.Golden($"training/{name}"));
        Assert.Equal(model.Trainable.Count, Gradients(report).Count());
    }

    [Fact]
    public void AWrongGradientOrStepDoesNotPass()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "grad.model.norm.weight", "adamw_losses" })
        {
            var bytes = File.ReadAllBytes(Golden.File("llama"));
            using var values = new Golden("llama");
            var place = bytes.AsSpan(bytes.AsSpan().IndexOf(MemoryMarshal.AsBytes(values.Floats(name).AsSpan())));
            BinaryPrimitives.WriteSingleLittleEndian(place, BinaryPrimitives.ReadSingleLittleEndian(place) + 1e-3f);
            var damaged = folder["golden.safetensors"];
            File.WriteAllBytes(damaged, bytes);
            var report = new TrainingVerifier(Golden.Folder("llama")) { Threads = 1 }.Verify(damaged);
            Assert.Equal([name], report.Tensors.Where(tensor => !tensor.Passed).Select(tensor => tensor.Name));
        }
    }

    [Fact]
    public void WhatDoesNotFitInMemoryIsLeftOutByName()
    {
        var report = new TrainingVerifier(Golden.Folder("llama")) { Threads = 1, MemoryLimit = 100_000 }.Verify(Golden.File("llama"));
        Assert.Empty(report.Tensors);
        Assert.False(report.Passed);
        Assert.All(report.NotCompared, left => Assert.Contains("MiB", left.Reason, StringComparison.Ordinal));
        Assert.Contains(report.NotCompared, left => left.Name == "adamw_losses");
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

    private static void Compare(string name)
    {
        var report = new TrainingVerifier(Golden.Folder(name)) { Threads = 2 }.Verify(Golden.File(name));
        Pass(report);
        using var device = new AutogradDevice(1);
        using var model = TrainableModel.Load(Golden.Folder(name), device);
        Assert.Equal(model.Parameters.Keys.Order(StringComparer.Ordinal), Gradients(report).Order(StringComparer.Ordinal));
    }

    private static void Pass(ReferenceReport report)
    {
        Assert.All(report.Tensors, tensor => Assert.True(tensor.Passed, $"{tensor.Name}: {tensor.MaxAbs:g3} absolute, {tensor.MaxRel:g3} relative"));
        Assert.Empty(report.NotCompared);
        Assert.Contains(report.Tensors, tensor => tensor.Name == "loss");
        Assert.Contains(report.Tensors, tensor => tensor.Name == "adamw_losses");
    }

    private static IEnumerable<string> Gradients(ReferenceReport report) =>
        report.Tensors.Where(tensor => tensor.Name.StartsWith("grad.", StringComparison.Ordinal)).Select(tensor => tensor.Name["grad.".Length..]);
}
