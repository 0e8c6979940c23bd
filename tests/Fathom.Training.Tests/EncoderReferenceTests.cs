using Fathom.Formats;
using Fathom.Models.Encoders;
using Fathom.Tensors;
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
    public void ClassifiersLossAndEveryGradient(string name)
    {
        using var device = new AutogradDevice(2);
        using var golden = SafetensorsFile.Open(SharedFolder.Path($"{Hf}/{name}/golden.safetensors"));
        using var model = TrainableEncoder.Load(SharedFolder.Path($"{Hf}/{name}"), device);
        using var tape = new Tape(device);
        var loss = model.ClassificationLoss(tape, Inputs(golden), Integers(golden, "labels"));
        Assert.Equal(Floats(golden, "loss")[0], loss.Values[0], 2e-5f);
        tape.Backward(loss);
        CheckGradients(golden, model);
    }

    [SharedTheory(Hf)]
    [InlineData("t5")]
    [InlineData("flan-t5")]
    public void RankersLossAndEveryGradient(string name)
    {
        using var device = new AutogradDevice(2);
        using var golden = SafetensorsFile.Open(SharedFolder.Path($"{Hf}/{name}/golden.safetensors"));
        using var model = TrainableEncoder.Load(SharedFolder.Path($"{Hf}/{name}"), device);
        var head = golden.Names.Where(tensor => tensor.StartsWith("ranker.", StringComparison.Ordinal) && (tensor.EndsWith(".weight", StringComparison.Ordinal) || tensor.EndsWith(".bias", StringComparison.Ordinal)))
            .ToDictionary(tensor => tensor["ranker.".Length..], tensor => Parameter(golden, tensor, device), StringComparer.Ordinal);
        using var tape = new Tape(device);
        var inputs = Inputs(golden);
        var columns = (int)golden.GetTensor("input_ids").Shape[1];
        var mask = Integers(golden, "ranker.pool_mask").Chunk(columns).ToArray();
        var start = 0;
        var groups = new List<int[]>();
        foreach (var (input, row) in inputs.Zip(mask))
        {
            groups.Add([.. Enumerable.Range(0, input.Tokens.Length).Where(i => row[i] != 0).Select(i => start + i)]);
            start += input.Tokens.Length;
        }

        var pooled = tape.MeanRows(model.States(tape, inputs), groups);
        Variable Linear(Variable x, string layer) => tape.Linear(x, head[layer + ".weight"], head[layer + ".bias"]);
        Variable Residual(Variable x, string layer) => tape.Add(tape.Activate(Linear(x, layer), Activation.Elu), x);
        var score = name == "t5" ? Linear(pooled, "head") : tape.Activate(Linear(Residual(Residual(pooled, "L1"), "L2"), "L3"), Activation.Sigmoid);
        using var targets = device.NewVariable(false, groups.Count, 1);
        Floats(golden, "ranker.targets").Select(target => -target).ToArray().CopyTo(targets.Values);
        var difference = tape.Add(score, targets);
        var loss = tape.Mean(tape.Multiply(difference, difference));
        Assert.Equal(Floats(golden, "ranker.loss")[0], loss.Values[0], 2e-5f);
        tape.Backward(loss);
        CheckGradients(golden, model);
        foreach (var (layer, variable) in head)
        {
            Close(golden, "ranker." + layer, variable);
            variable.Dispose();
        }
    }

    [SharedFact(Hf)]
    public void WhatCannotBeTaughtIsRefused()
    {
        using var device = new AutogradDevice(1);
        Assert.Contains("modernbert", Assert.Throws<FathomException>(() => TrainableEncoder.Load(SharedFolder.Path($"{Hf}/modernbert"), device)).Message, StringComparison.Ordinal);
        using var encoder = TrainableEncoder.Load(SharedFolder.Path($"{Hf}/bert-embedding"), device);
        using var tape = new Tape(device);
        Assert.Contains("no classification head", Assert.Throws<FathomException>(() => encoder.Logits(tape, [new EncoderInput(new[] { 1 })])).Message, StringComparison.Ordinal);
        Assert.Contains("sequence 1", Assert.Throws<FathomException>(() => encoder.States(tape, [new EncoderInput(new[] { 1 }), default])).Message, StringComparison.Ordinal);
    }

    private static void CheckGradients(SafetensorsFile golden, TrainableEncoder model)
    {
        var taught = golden.Names.Where(name => name.StartsWith("grad.", StringComparison.Ordinal) && !name.StartsWith("grad.ranker.", StringComparison.Ordinal)).Select(name => name["grad.".Length..]).Order(StringComparer.Ordinal);
        Assert.Equal(taught, model.Parameters.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, variable) in model.Parameters) Close(golden, name, variable);
    }

    // A key's bias moves all scores of a query alike: its gradient is rounding, compared by the absolute term alone.
    private static void Close(SafetensorsFile golden, string name, Variable variable)
    {
        var reference = Floats(golden, "grad." + name);
        var bound = 5e-5 * reference.Max(Math.Abs) + 1e-7;
        for (var i = 0; i < reference.Length; i++)
            Assert.True(Math.Abs(reference[i] - variable.Gradient[i]) <= bound, $"{name}[{i}]: {variable.Gradient[i]}, the reference has {reference[i]} ± {bound}");
    }

    private static Variable Parameter(SafetensorsFile golden, string name, AutogradDevice device)
    {
        var variable = device.NewVariable(true, [.. golden.GetTensor(name).Shape.Select(size => (int)size)]);
        Floats(golden, name).CopyTo(variable.Values);
        return variable;
    }

    private static List<EncoderInput> Inputs(SafetensorsFile golden)
    {
        var columns = (int)golden.GetTensor("input_ids").Shape[1];
        var ids = Integers(golden, "input_ids").Chunk(columns).ToArray();
        var types = golden.TryGetTensor("token_type_ids", out _) ? Integers(golden, "token_type_ids").Chunk(columns).ToArray() : null;
        var lengths = Integers(golden, "attention_mask").Chunk(columns).Select(row => row.Sum()).ToArray();
        return [.. ids.Select((row, i) => new EncoderInput(row.AsMemory(0, lengths[i]), types is null ? default : types[i].AsMemory(0, lengths[i])))];
    }

    private static unsafe float[] Floats(SafetensorsFile golden, string name)
    {
        var tensor = golden.GetTensor(name);
        var values = new float[tensor.ElementCount];
        BlockDecoder.Decode(tensor.Type, new ReadOnlySpan<byte>(tensor.Data, (int)tensor.ByteLength), values);
        return values;
    }

    private static unsafe int[] Integers(SafetensorsFile golden, string name)
    {
        var tensor = golden.GetTensor(name);
        return [.. new ReadOnlySpan<long>(tensor.Data, (int)tensor.ElementCount).ToArray().Select(value => (int)value)];
    }
}
