using Fathom.Tensors.Autograd;
using Fathom.Tensors.Kernels.Gradients;
using Fathom.Tensors.Tests.Gradients;
using Fathom.Tensors.Tests.Kernels;

namespace Fathom.Tensors.Tests.Autograd;

/// <summary>Operations that objectives need, against central differences in double, and their kernels against the scalar twin to the bit.</summary>
public class ObjectiveOperationTests
{
    public static TheoryData<Activation> Activations => [.. Enum.GetValues<Activation>()];

    [Theory]
    [MemberData(nameof(Activations))]
    public void ActivationsAndTheirSlopes(Activation kind)
    {
        var random = new CounterRandom(11, (ulong)kind);
        float[] x = [.. RowDevices.Numbers(random, 999, 3), 0f, -0f, 90f, -90f, 1e-20f, -1e-20f, float.MaxValue, float.MinValue];
        var dy = RowDevices.Numbers(random, x.Length);
        var values = RowDevices.SameBits($"{kind}", () => [new float[x.Length]], (kernels, to) => kernels.Activate(kind, x, to[0]))[0];
        var slopes = RowDevices.SameBits($"{kind} back", () => [new float[x.Length]], (kernels, to) => kernels.ActivateGradient(kind, x, dy, to[0]))[0];
        for (var i = 0; i < 1005; i++)
        {
            var exact = PlainActivations.Value<double>(kind, x[i]);
            Assert.True(Math.Abs(exact - values[i]) <= 1e-6 * Math.Abs(exact) + 1e-9, $"{kind}({x[i]}) = {values[i]}, in double {exact}");
            var slope = PlainActivations.Slope<double>(kind, x[i]);
            Assert.True(Math.Abs(dy[i] * slope - slopes[i]) <= 1e-6 * Math.Abs(dy[i]), $"slope of {kind} at {x[i]}: {slopes[i]} / {dy[i]}, in double {slope}");
            if (Math.Abs((double)x[i]) is < 1e-3 or > 50) continue;
            var differences = (PlainActivations.Value(kind, (double)x[i] + 1e-6) - PlainActivations.Value(kind, (double)x[i] - 1e-6)) / 2e-6;
            Assert.Equal(differences, slope, 1e-7);
        }

        Assert.DoesNotContain(values, float.IsNaN);
    }

    [Fact]
    public void ProductsRowsAndReductions() => Cases.ForSeeds(30, random =>
    {
        var (rows, width) = (1 + random.NextInt32(6), 1 + random.NextInt32(random.NextInt32(4) == 0 ? 90 : 20));
        int[] matrix = [rows, width];
        TapeCheck.Run(random, [matrix, matrix], (tape, v) => tape.Multiply(v[0], v[1]), v => [.. v[0].Zip(v[1], (a, b) => a * b)]);
        TapeCheck.Run(random, [matrix], (tape, v) => tape.Multiply(v[0], v[0]), v => [.. v[0].Select(a => a * a)]);
        TapeCheck.Run(random, [matrix, [width]], (tape, v) => tape.AddBias(v[0], v[1]), v => [.. v[0].Select((a, i) => a + v[1][i % width])]);
        TapeCheck.Run(random, [matrix, matrix], (tape, v) => tape.RowDots(v[0], v[1]), v => [.. Enumerable.Range(0, rows).Select(r => Enumerable.Range(r * width, width).Sum(i => v[0][i] * v[1][i]))]);
        TapeCheck.Run(random, [matrix, [rows]], (tape, v) => tape.ScaleRows(v[0], v[1]), v => [.. v[0].Select((a, i) => a * v[1][i / width])]);
        TapeCheck.Run(random, [matrix], (tape, v) => tape.LogSoftmax(v[0]), v => TapeCheck.LogSoftmax(v[0], width), 2e-5);
        TapeCheck.Run(random, [matrix], (tape, v) => tape.Mean(v[0]), v => [v[0].Average()]);
        TapeCheck.Run(random, [matrix], (tape, v) => tape.Scale(tape.Sum(v[0]), 3), v => [3 * v[0].Sum()]);
        int[][] groups = [[0], [.. Enumerable.Range(0, rows)], [rows - 1, 0]];
        TapeCheck.Run(
            random, [matrix], (tape, v) => tape.MeanRows(v[0], groups),
            v => [.. groups.SelectMany(group => Enumerable.Range(0, width).Select(i => group.Average(row => v[0][row * width + i])))]);
    });

    [Fact]
    public void LogProbabilitiesAndDistillation() => Cases.ForSeeds(30, random =>
    {
        var (rows, width, vocabulary, other) = (2 + random.NextInt32(5), 1 + random.NextInt32(12), 2 + random.NextInt32(random.NextInt32(5) == 0 ? 600 : 40), 1 + random.NextInt32(9));
        var (temperature, chunk) = (0.5 + random.NextDouble(), 1 + random.NextInt32(rows));
        var epsilon = random.NextInt32(2) == 0 ? 0 : 0.01;
        int[] targets = [.. Enumerable.Range(0, rows).Select(r => r == 1 ? -1 : random.NextInt32(vocabulary))];
        float[] weights = [.. Enumerable.Range(0, rows).Select(r => r == 1 ? 0 : (float)random.NextNormal())];
        var cap = random.NextInt32(2) == 0 ? 0 : 0.5f + random.NextInt32(40) / 10f;
        TapeCheck.Run(
            random, [[rows, width], [vocabulary, width]], (tape, v) => tape.HeadLogProbabilities(v[0], v[1], targets, chunk, cap),
            v =>
            {
                var scores = TapeCheck.Linear(v[0], v[1], width);
                var logs = TapeCheck.LogSoftmax(cap == 0 ? scores : [.. scores.Select(score => cap * Math.Tanh(score / cap))], vocabulary);
                return [.. targets.Select((target, r) => target < 0 ? 0 : logs[r * vocabulary + target])];
            }, 2e-5);

        var device = RowDevices.Wide[0].Device;
        using var teacher = device.NewVariable(false, rows, other);
        using var teacherHead = device.NewVariable(false, vocabulary, other);
        RowDevices.Numbers(random, teacher.Length).CopyTo(teacher.Values);
        RowDevices.Numbers(random, teacherHead.Length).CopyTo(teacherHead.Values);
        var logits = TapeCheck.Linear(RowDevices.Doubles(teacher.Values.ToArray()), RowDevices.Doubles(teacherHead.Values.ToArray()), other);
        double[] t = [.. TapeCheck.LogSoftmax(logits, vocabulary, 1 / temperature).Select(log => Math.Exp(log) + epsilon)];
        double Cross(double[] z, int r) => -Enumerable.Range(r * vocabulary, vocabulary).Sum(i => t[i] * z[i]);
        TapeCheck.Run(
            random, [[rows, width], [vocabulary, width]], (tape, v) => tape.HeadDistillation(v[0], v[1], teacher, teacherHead, weights, temperature, epsilon, chunk),
            v =>
            {
                var logs = TapeCheck.LogSoftmax(TapeCheck.Linear(v[0], v[1], width), vocabulary, 1 / temperature);
                return [Enumerable.Range(0, rows).Sum(r => weights[r] * Cross(logs, r))];
            }, 5e-5);

        using var p = device.NewVariable(false, rows, vocabulary);
        for (var i = 0; i < p.Length; i++) p.Values[i] = (float)logits[i];
        double[] exact = [.. p.Values.ToArray().Select(value => (double)value)];
        double[] q = [.. TapeCheck.LogSoftmax(exact, vocabulary, 1 / temperature)];
        TapeCheck.Run(
            random, [[rows, vocabulary]], (tape, v) => tape.Divergence(v[0], p, weights, temperature),
            v =>
            {
                var z = TapeCheck.LogSoftmax(v[0], vocabulary, 1 / temperature);
                return [Enumerable.Range(0, q.Length).Sum(i => weights[i / vocabulary] * Math.Exp(q[i]) * (q[i] - z[i]))];
            }, 5e-5);

        using var tape = new Tape(device, training: false);
        int[] all = [.. Enumerable.Range(0, rows)];
        foreach (var divergence in tape.HeadDivergence(teacher, teacherHead, teacher, teacherHead, all, temperature, 0, chunk)) Assert.Equal(0, divergence, 2e-5);
    });

    [Fact]
    public void KernelsMatchTheScalarTwinToTheBit() => Cases.ForSeeds(40, random =>
    {
        var (rows, width) = (1 + random.NextInt32(30), 1 + random.NextInt32(random.NextInt32(4) == 0 ? 3000 : 90));
        var (a, b, start) = (RowDevices.Numbers(random, rows * width, 2), RowDevices.Numbers(random, rows * width, 2), RowDevices.Numbers(random, rows * width));
        var (factors, row) = (RowDevices.Numbers(random, rows), RowDevices.Numbers(random, width));
        RowDevices.SameBits("multiply", () => [new float[a.Length]], (kernels, to) => kernels.Multiply(a, b, to[0]));
        RowDevices.SameBits("add product", () => [start[..]], (kernels, to) => kernels.AddProduct(a, b, to[0]));
        RowDevices.SameBits("add row", () => [start[..]], (kernels, to) => kernels.AddRow(row, to[0]));
        RowDevices.SameBits("dots", () => [new float[rows]], (kernels, to) => kernels.RowDots(a, b, width, to[0]));
        RowDevices.SameBits("scaled rows", () => [start[..]], (kernels, to) => kernels.AddScaledRows(a, factors, width, to[0]));
        var logs = RowDevices.SameBits("log softmax", () => [new float[a.Length]], (kernels, to) => kernels.LogSoftmax(a, width, to[0]));
        RowDevices.SameBits("log softmax back", () => [start[..]], (kernels, to) => kernels.LogSoftmaxGradient(logs[0], b, width, to[0]));
        RowDevices.SameBits("soft targets", () => [new float[rows]], (kernels, to) => kernels.SoftTargets(a, b, width, 0.7f, 1e-3f, to[0]));
        RowDevices.SameBits("soft targets back", () => [a[..]], (kernels, to) => kernels.SoftTargetsGradient(to[0], b, width, 0.7f, 1e-3f, factors));
        RowDevices.SameBits("entropy", () => [new float[rows]], (kernels, to) => kernels.NegativeEntropy(b, width, 0.7f, 1e-3f, to[0]));
        var draw = new DropoutDraw(random.NextUInt64(), random.NextUInt64(), 1u << 30, 4f / 3);
        var kept = RowDevices.SameBits("dropout", () => [start[..]], (kernels, to) => kernels.AddKept(a, draw, to[0]));
        var count = kept[0].Where((value, i) => value != start[i] || a[i] == 0).Count();
        Assert.InRange(count, 0.75 * a.Length - 5 * Math.Sqrt(a.Length) - 1, a.Length);
    });

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        using var device = new AutogradDevice(1);
        using var x = device.NewVariable(true, 3, 4);
        using var y = device.NewVariable(true, 4, 4);
        using var tape = new Tape(device);
        Assert.Throws<ArgumentException>(() => tape.AddBias(x, x));
        Assert.Throws<ArgumentException>(() => tape.RowDots(x, y));
        Assert.Throws<ArgumentException>(() => tape.ScaleRows(x, y));
        Assert.Throws<ArgumentException>(() => tape.Multiply(x, y));
        Assert.Throws<ArgumentException>(() => tape.Sum(x, [1]));
        Assert.Throws<ArgumentException>(() => tape.MeanRows(x, [[]]));
        Assert.Throws<ArgumentException>(() => tape.MeanRows(x, [[3]]));
        Assert.Throws<ArgumentException>(() => tape.Divergence(x, y, [1, 1, 1]));
        Assert.Throws<FathomException>(() => tape.Divergence(x, x, [1, 1, 1], 0));
        Assert.Throws<FathomException>(() => tape.HeadDistillation(x, x, x, x, [0, 0, 0]));
        Assert.Throws<FathomException>(() => tape.HeadLogProbabilities(x, y, [-1, -1, -1]));
        Assert.Throws<FathomException>(() => tape.HeadLogProbabilities(x, y, [4, -1, -1]));
        Assert.Throws<ArgumentException>(() => tape.Attention(x, x, x, [new(0, 2), new(1, 2)], new AttentionLayout(1, 1, 4, 0, 1)));
    }
}
