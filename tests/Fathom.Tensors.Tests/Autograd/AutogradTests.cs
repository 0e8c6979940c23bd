using Fathom.Tensors.Autograd;
using Fathom.Tensors.Kernels.Gradients;

namespace Fathom.Tensors.Tests.Autograd;

public class AutogradTests
{
    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(7, 19, 13, 1)]
    [InlineData(53, 300, 270, 1)]
    [InlineData(53, 300, 270, 3)]
    public void MatrixProductsAreThePlainOnesToTheBit(int rows, int outputs, int inputs, int threads)
    {
        using var device = new AutogradDevice(threads);
        var (x, w, dy) = (Numbers(rows * inputs, 1), Numbers(outputs * inputs, 2), Numbers(rows * outputs, 3));
        var (y, dx, dw) = (new float[dy.Length], new float[x.Length], new float[w.Length]);
        var (y2, dx2, dw2) = (new float[dy.Length], new float[x.Length], new float[w.Length]);
        PlainMatrices.Forward<float>(x, w, rows, outputs, inputs, y);
        PlainMatrices.InputGradient<float>(dy, w, rows, outputs, inputs, dx);
        PlainMatrices.WeightGradient<float>(dy, x, rows, outputs, inputs, dw);
        device.Kernels.Linear(x, w, rows, outputs, inputs, y2);
        device.Kernels.LinearInputGradient(dy, w, rows, outputs, inputs, dx2);
        device.Kernels.LinearWeightGradient(dy, x, rows, outputs, inputs, dw2);
        Assert.Equal(y, y2);
        Assert.Equal(dx, dx2);
        Assert.Equal(dw, dw2);
    }

    [Fact]
    public void EverythingATapeMadeIsGivenBack()
    {
        using var device = new AutogradDevice(1);
        using var table = Parameter(device, 1, 11, 8);
        using var norm = Parameter(device, 2, 8);
        table.Gradient.Clear();
        norm.Gradient.Clear();
        var before = device.LiveBytes;
        for (var i = 0; i < 3; i++)
        {
            using var tape = new Tape(device);
            var x = tape.Dropout(tape.RmsNorm(tape.Embed(table, [1, 2, 3]), norm, 1e-5f), 0.25);
            tape.Backward(tape.HeadCrossEntropy(tape.Add(x, tape.Scale(x, 2)), table, [2, 3, -1], [0.5f, 0.5f, 0], chunk: 1));
            Assert.True(device.LiveBytes > before);
        }

        Assert.Equal(before, device.LiveBytes);
        var allocations = device.Memory.SystemAllocations;
        using (var tape = new Tape(device)) tape.Embed(table, [1, 2, 3]);
        Assert.Equal(allocations, device.Memory.SystemAllocations);
    }

    [Fact]
    public void ChunksOfTheHeadChangeNoBit()
    {
        using var device = new AutogradDevice(2);
        float[][] Run(int chunk, float scale = 0.5f, bool accumulated = false)
        {
            using var x = Parameter(device, 1, 9, 12);
            using var head = Parameter(device, 2, 33, 12);
            if (accumulated) head.Gradient.Fill(1);
            using var tape = new Tape(device);
            var loss = tape.HeadCrossEntropy(x, head, [3, -1, 5, 32, 0, -7, 7, 8, 9], [1, 9, .5f, 1, 2, 9, 1, 0, 1], chunk);
            tape.Backward(loss, scale);
            return [loss.Values.ToArray(), x.Gradient.ToArray(), head.Gradient.ToArray()];
        }

        var whole = Run(100);
        Assert.Equal(whole, Run(2));
        Assert.All(whole[1][12..24], value => Assert.Equal(0, value));
        Assert.Contains(whole[1], value => value != 0);

        // The loss's own gradient only scales, and the head's is added to what is there.
        var once = Run(100, scale: 1);
        Assert.Equal(whole[0], once[0]);
        Assert.Equal(whole[1], once[1].Select(value => 0.5f * value));
        Assert.Equal(whole[2], once[2].Select(value => 0.5f * value));
        Assert.Equal(Run(3, scale: 1, accumulated: true)[2], once[2].Select(value => 1 + value));
    }

    [Fact]
    public void TheHeadsGradientIsThePlainOne()
    {
        using var device = new AutogradDevice(1);
        using var x = Parameter(device, 1, 9, 12);
        using var head = Parameter(device, 2, 33, 12);
        var before = device.LiveBytes;
        using (var abandoned = new Tape(device)) abandoned.HeadCrossEntropy(x, head, [.. Enumerable.Range(0, 9)], new float[9]);
        Assert.Equal(before, device.LiveBytes);

        int[] targets = [.. Enumerable.Range(0, 9)];
        float[] weights = [.. Enumerable.Range(1, 9).Select(i => i / 9f)];
        var (logits, dx, dhead) = (new float[9 * 33], new float[9 * 12], new float[33 * 12]);
        PlainMatrices.Forward<float>(x.Values, head.Values, 9, 33, 12, logits);
        device.Rows.CrossEntropyGradient(logits, targets, weights, 33);
        PlainMatrices.InputGradient<float>(logits, head.Values, 9, 33, 12, dx);
        PlainMatrices.WeightGradient<float>(logits, x.Values, 9, 33, 12, dhead);
        using (var tape = new Tape(device)) tape.Backward(tape.HeadCrossEntropy(x, head, targets, weights, chunk: 4));
        Assert.Equal(dx, x.Gradient.ToArray());
        Assert.Equal(dhead, head.Gradient.ToArray());

        // A frozen head (under adapters) and a frozen input each leave the other's gradient as it was.
        foreach (var frozen in new[] { head, x })
        {
            x.ReleaseGradient();
            head.ReleaseGradient();
            frozen.NeedsGradient = false;
            using (var tape = new Tape(device)) tape.Backward(tape.HeadCrossEntropy(x, head, targets, weights));
            Assert.False(frozen.HasGradient);
            if (frozen != x) Assert.Equal(dx, x.Gradient.ToArray());
            else Assert.Equal(dhead, head.Gradient.ToArray());
            frozen.NeedsGradient = true;
        }
    }

    [Fact]
    public void SegmentsDoNotSeeEachOther()
    {
        using var device = new AutogradDevice(1);
        var layout = new AttentionLayout(4, 2, 4, 0, 0.5f);
        float[][] Run(int from, int count, RowSegment[] segments)
        {
            using var q = Parameter(device, 1, 7, 16);
            using var kv = Parameter(device, 2, 7, 8);
            using var tape = new Tape(device);
            var rows = Enumerable.Range(from, count).ToArray();
            var (queries, keys) = (tape.Gather(q, rows), tape.Gather(kv, rows));
            var y = tape.Attention(queries, keys, keys, segments, layout);
            var output = y.Values.ToArray();
            tape.Backward(tape.HeadCrossEntropy(y, q, [.. rows.Select(_ => 2)], [.. rows.Select(r => r + 1f)]));
            return [output, kv.Gradient.ToArray()];
        }

        var packed = Run(0, 7, [new(0, 3), new(3, 4)]);
        var (first, second) = (Run(0, 3, [new(0, 3)]), Run(3, 4, [new(0, 4)]));
        Assert.Equal(packed[0], first[0].Concat(second[0]));
        Assert.Equal(packed[1], first[1].Zip(second[1], (a, b) => a + b));
        Assert.NotEqual(packed[0], Run(0, 7, [new(0, 7)])[0]);
    }

    [Fact]
    public void DropoutKeepsItsShareAndItsMask()
    {
        using var device = new AutogradDevice(1);
        using var x = Parameter(device, 1, 100, 100);
        x.Values.Fill(1);
        float[] Draw(uint step)
        {
            using var tape = new Tape(device, seed: 5, step: step);
            return tape.Dropout(x, 0.3).Values.ToArray();
        }

        var y = Draw(1);
        Assert.Equal(y, Draw(1));
        Assert.NotEqual(y, Draw(2));
        Assert.All(y, value => Assert.True(value is 0 or 1 / 0.7f));
        // Four standard deviations of 10,000 draws.
        Assert.InRange(y.Count(value => value == 0), 3000 - 184, 3000 + 184);

        // The way back must use the mask of the way there: with one row, the gradient is zero exactly where the output was.
        using var row = Parameter(device, 2, 1, 100);
        using var head = Parameter(device, 3, 5, 100);
        using var training = new Tape(device, seed: 5);
        var dropped = training.Dropout(row, 0.3);
        training.Backward(training.HeadCrossEntropy(dropped, head, [1], [1]));
        Assert.Equal(dropped.Values.ToArray().Select(value => value == 0), row.Gradient.ToArray().Select(value => value == 0));
        using var evaluation = new Tape(device, training: false);
        Assert.Same(x, evaluation.Dropout(x, 0.3));
    }

    [Fact]
    public void LinearWithBiasAndLayerNormMeetThePlainKernelsInDouble()
    {
        using var device = new AutogradDevice(2);
        using var x = Parameter(device, 1, 5, 6);
        using var w = Parameter(device, 2, 4, 6);
        using var b = Parameter(device, 3, 4);
        using var scale = Parameter(device, 4, 4);
        using var shift = Parameter(device, 5, 4);
        using var head = Parameter(device, 6, 9, 4);
        using var tape = new Tape(device);
        var loss = tape.HeadCrossEntropy(tape.LayerNorm(tape.Linear(x, w, b), scale, shift, 1e-5f), head, [1, 2, 3, 4, 5], [1, 1, 1, 1, 1]);
        tape.Backward(loss);

        double[] D(Variable v) => [.. v.Values.ToArray().Select(value => (double)value)];
        double[] y = [.. Enumerable.Repeat(D(b), 5).SelectMany(row => row)];
        PlainMatrices.Forward<double>(D(x), D(w), 5, 4, 6, y);
        var (normed, logits, dlogits) = (new double[20], new double[45], new double[45]);
        PlainLayerNorm.Forward<double>(y, D(scale), D(shift), 5, 4, 1e-5, normed);
        PlainMatrices.Forward<double>(normed, D(head), 5, 9, 4, logits);
        PlainCrossEntropy.Backward<double>(logits, [1, 2, 3, 4, 5], [], 9, 1, dlogits);
        var (dnormed, dy, dscale, dshift, dx, dw, db) = (new double[20], new double[20], new double[4], new double[4], new double[30], new double[24], new double[4]);
        PlainMatrices.InputGradient<double>(dlogits, D(head), 5, 9, 4, dnormed);
        PlainLayerNorm.Backward<double>(y, D(scale), dnormed, 5, 4, 1e-5, dy, dscale, dshift);
        PlainMatrices.InputGradient<double>(dy, D(w), 5, 4, 6, dx);
        PlainMatrices.WeightGradient<double>(dy, D(x), 5, 4, 6, dw);
        for (var i = 0; i < 20; i++) db[i % 4] += dy[i];
        Close(PlainCrossEntropy.Forward<double>(logits, [1, 2, 3, 4, 5], [], 9), loss.Values[0], 20);
        Close(dx, x);
        Close(dw, w);
        Close(db, b);
        Close(dscale, scale);
        Close(dshift, shift);
    }

    [Fact]
    public void NestedCheckpointsGiveTheSameBitsAndDropTheSame()
    {
        using var device = new AutogradDevice(2);
        float[][] Run(bool checkpoints)
        {
            using var x = Parameter(device, 1, 9, 12);
            using var w = Parameter(device, 2, 12, 12);
            using var norm = Parameter(device, 3, 12);
            using var tape = new Tape(device, seed: 7, step: 2);
            Variable Maybe(Tape tape, Func<Tape, Variable> block) => checkpoints ? tape.Checkpoint(block) : block(tape);
            var first = tape.Dropout(x, 0.2);
            var middle = Maybe(tape, outer =>
            {
                var a = outer.Add(first, outer.Dropout(outer.Linear(first, w), 0.3));
                return Maybe(outer, inner => inner.Dropout(inner.RmsNorm(inner.Add(a, first), norm, 1e-5f), 0.4));
            });
            var last = tape.Dropout(tape.Add(middle, Maybe(tape, part => first)), 0.5);
            tape.Backward(tape.HeadCrossEntropy(last, w, [1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 1, 1, 1, 1, 1, 1, 1]), 0.5f);
            return [last.Values.ToArray(), x.Gradient.ToArray(), w.Gradient.ToArray(), norm.Gradient.ToArray()];
        }

        var before = device.LiveBytes;
        var plain = Run(false);
        Assert.Equal(plain, Run(true));
        Assert.Equal(before, device.LiveBytes);
        Assert.Contains(plain[3], value => value != 0);
        using var evaluation = new Tape(device, training: false);
        Assert.False(evaluation.Checkpoint(part => part.New(true, 3)).NeedsGradient);
    }

    [Fact]
    public void WhatCannotBeLearntFromIsRefused()
    {
        using var device = new AutogradDevice(1);
        using var x = Parameter(device, 1, 2, 4);
        using var tape = new Tape(device);
        Assert.Contains("nothing to learn", Assert.Throws<FathomException>(() => tape.HeadCrossEntropy(x, x, [-1, -1], [1, 1])).Message, StringComparison.Ordinal);
        Assert.Contains("target 2", Assert.Throws<FathomException>(() => tape.HeadCrossEntropy(x, x, [-1, 2], [1, 1])).Message, StringComparison.Ordinal);
        Assert.Contains("token id 9", Assert.Throws<FathomException>(() => tape.Embed(x, [0, 9])).Message, StringComparison.Ordinal);
        Assert.Throws<FathomException>(() => new AutogradDevice(0));
    }

    private static void Close(double[] expected, Variable actual)
    {
        var largest = expected.Max(Math.Abs);
        for (var i = 0; i < expected.Length; i++) Close(expected[i], actual.Gradient[i], largest);
    }

    private static void Close(double expected, float actual, double largest) => Assert.InRange(actual, expected - 2e-6 * largest, expected + 2e-6 * largest);

    private static Variable Parameter(AutogradDevice device, ulong seed, params int[] shape)
    {
        var variable = device.NewVariable(true, shape);
        Numbers(variable.Length, seed).CopyTo(variable.Values);
        return variable;
    }

    private static float[] Numbers(int count, ulong seed)
    {
        var random = new CounterRandom(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextNormal())];
    }
}
