using Fathom.Models.Encoders;
using Fathom.Tensors.Autograd;

namespace Fathom.Training.Tests;

/// <summary>Losses and every gradient of encoders against PyTorch's, with the bounds of shared/golden/hf/README.md.</summary>
public class EncoderReferenceTests
{
    private const string Hf = "golden/hf";

    [SharedTheory(Hf)]
    [InlineData("bert")]
    [InlineData("roberta")]
    [InlineData("deberta")]
    [InlineData("deberta-v2-conv")]
    [InlineData("deberta-v2-keys")]
    [InlineData("deberta-v3")]
    [InlineData("t5")]
    [InlineData("flan-t5")]
    public void LossAndEveryGradient(string name)
    {
        var folder = SharedFolder.Path($"{Hf}/{name}");
        var report = new TrainingVerifier(folder) { Threads = 2 }.Verify(Path.Combine(folder, "golden.safetensors"));
        Assert.All(report.Tensors, tensor => Assert.True(tensor.Passed, $"{tensor.Name}: {tensor.MaxAbs:g3} absolute, {tensor.MaxRel:g3} relative"));
        Assert.Empty(report.NotCompared);
        Assert.Contains(report.Tensors, tensor => tensor.Name is "loss" or "ranker.loss");
        using var device = new AutogradDevice(1);
        using var model = TrainableEncoder.Load(folder, device);
        Assert.Equal(model.Parameters.Keys.Order(StringComparer.Ordinal), Names(report).Where(tensor => !tensor.StartsWith("ranker.", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [SharedFact(Hf)]
    public void WhatCannotBeTaughtIsRefused()
    {
        using var device = new AutogradDevice(1);
        using var encoder = TrainableEncoder.Load(SharedFolder.Path($"{Hf}/bert-embedding"), device);
        using var tape = new Tape(device);
        Assert.Contains("no classification head", Assert.Throws<FathomException>(() => encoder.Logits(tape, [new EncoderInput(new[] { 1 })])).Message, StringComparison.Ordinal);
        Assert.Contains("sequence 1", Assert.Throws<FathomException>(() => encoder.States(tape, [new EncoderInput(new[] { 1 }), default])).Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Names(Fathom.Models.Verification.ReferenceReport report) =>
        report.Tensors.Where(tensor => tensor.Name.StartsWith("grad.", StringComparison.Ordinal)).Select(tensor => tensor.Name["grad.".Length..]);
}
