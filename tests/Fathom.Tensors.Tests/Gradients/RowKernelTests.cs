using Fathom.Tensors.Autograd;
using Fathom.Tensors.Kernels.Gradients;
using Fathom.Tensors.Tests.Kernels;
using static Fathom.Tensors.Tests.Gradients.RowDevices;
using AttentionShape = Fathom.Tensors.Kernels.Gradients.AttentionShape;

namespace Fathom.Tensors.Tests.Gradients;

/// <summary>Every width and number of threads against the scalar twin to the bit, and the twin against the plain kernels in double.</summary>
public class RowKernelTests
{
    [Fact]
    public void Attention() => Cases.ForSeeds(60, random =>
    {
        var group = 1 + random.NextInt32(3);
        var (groups, headDim) = (1 + random.NextInt32(3), 1 + random.NextInt32(random.NextInt32(3) == 0 ? 130 : 40));
        var window = random.NextInt32(2) == 0 ? 0 : 1 + random.NextInt32(100);
        var layout = new AttentionLayout(group * groups, groups, headDim, window, 1 / MathF.Sqrt(headDim));
        var segments = Segments(random, out var rows);
        var (wide, narrow) = (layout.Heads * headDim, groups * headDim);
        var (q, k, v, dy) = (Numbers(random, rows * wide), Numbers(random, rows * narrow), Numbers(random, rows * narrow), Numbers(random, rows * wide));
        var start = Numbers(random, rows * wide);
        var what = $"{layout}, segments {string.Join(' ', segments)}";
        var forward = SameBits(what, () => [new float[rows * wide], new float[rows * layout.Heads]], (kernels, y) => kernels.Attention(q, k, v, segments, layout, y[0], y[1]));
        var backward = SameBits(
            what, () => [start[..], start[..(rows * narrow)], start[..(rows * narrow)]],
            (kernels, to) => kernels.AttentionGradient(q, k, v, forward[0], forward[1], dy, segments, layout, to[0], to[1], to[2]));
        SameBits(what + ", dk alone", () => [start[..(rows * narrow)]], (kernels, to) => kernels.AttentionGradient(q, k, v, forward[0], forward[1], dy, segments, layout, [], to[0], []));

        var (dq, dk, dv) = (new double[rows * wide], new double[rows * narrow], new double[rows * narrow]);
        var y = new double[rows * wide];
        foreach (var (first, length) in segments)
        {
            var shape = new AttentionShape(length, layout.Heads, groups, headDim, window);
            double[] Cut(float[] from, int width) => Doubles(from[(first * width)..((first + length) * width)]);
            var sums = new double[length * layout.Heads];
            var output = y.AsSpan(first * wide, length * wide);
            PlainAttention.Forward<double>(Cut(q, wide), Cut(k, narrow), Cut(v, narrow), shape, layout.Scale, output, sums);
            PlainAttention.Backward<double>(
                Cut(q, wide), Cut(k, narrow), Cut(v, narrow), output, sums, Cut(dy, wide), shape, layout.Scale,
                dq.AsSpan(first * wide, length * wide), dk.AsSpan(first * narrow, length * narrow), dv.AsSpan(first * narrow, length * narrow));
        }

        Close(what + " y", y, forward[0], 2e-5);
        Close(what + " dq", Added(dq, start), backward[0], 1e-4);
        Close(what + " dk", Added(dk, start), backward[1], 1e-4);
        Close(what + " dv", Added(dv, start), backward[2], 1e-4);
    });

    [Fact]
    public void AttentionOfTrainingHasInferencesBits()
    {
        var random = new CounterRandom(3);
        const int rows = 150, heads = 6, groups = 2, headDim = 64;
        using var q = NativeFloats.Random(random, rows * heads * headDim);
        using var k = NativeFloats.Random(random, rows * groups * headDim);
        using var v = NativeFloats.Random(random, rows * groups * headDim);
        using var y = new NativeFloats(rows * heads * headDim);
        var logSums = new float[rows * heads];
        var trained = new float[y.Length];
        RowDevices.Wide[0].Device.Rows.Attention(q.Span, k.Span, v.Span, [new RowSegment(0, rows)], new AttentionLayout(heads, groups, headDim, 0, 0.125f), trained, logSums);
        unsafe
        {
            using var cache = Devices.Wide[0].Kernels.CreateCache(groups, headDim);
            cache.Append(k.Pointer, groups * headDim, v.Pointer, groups * headDim, rows);
            Devices.Wide[0].Kernels.Attention([new(cache, 0, rows)], q.Pointer, heads * headDim, heads, 0.125f, 0, y.Pointer, heads * headDim);
        }

        Assert.Equal(y.Span.ToArray(), trained);
    }

    [Fact]
    public void Norms() => Cases.ForSeeds(60, random =>
    {
        var (rows, width) = (1 + random.NextInt32(60), 1 + random.NextInt32(random.NextInt32(4) == 0 ? 1200 : 100));
        var (x, w, b, dy) = (Numbers(random, rows * width), Numbers(random, width), Numbers(random, width), Numbers(random, rows * width));
        var start = Numbers(random, rows * width);
        var what = $"[{rows}, {width}]";
        SameBits(what + " rms", () => [new float[x.Length]], (kernels, to) => kernels.RmsNorm(x, w, rows, width, 1e-5f, to[0]));
        SameBits(what + " layer", () => [new float[x.Length]], (kernels, to) => kernels.LayerNorm(x, w, b, rows, width, 1e-5f, to[0]));
        SameBits(what + " layer, no bias", () => [new float[x.Length]], (kernels, to) => kernels.LayerNorm(x, w, [], rows, width, 1e-5f, to[0]));
        var rms = SameBits(what + " rms back", () => [start[..], start[..width]], (kernels, to) => kernels.RmsNormGradient(x, w, dy, rows, width, 1e-5f, to[0], to[1]));
        var layer = SameBits(what + " layer back", () => [start[..], start[..width], start[..width]], (kernels, to) => kernels.LayerNormGradient(x, w, dy, rows, width, 1e-5f, to[0], to[1], to[2]));
        SameBits(what + " dx alone", () => [start[..]], (kernels, to) => kernels.RmsNormGradient(x, w, dy, rows, width, 1e-5f, to[0], []));
        SameBits(what + " db alone", () => [start[..width]], (kernels, to) => kernels.LayerNormGradient(x, w, dy, rows, width, 1e-5f, [], [], to[0]));

        var (dx, dw, db) = (new double[x.Length], new double[width], new double[width]);
        PlainRmsNorm.Backward<double>(Doubles(x), Doubles(w), Doubles(dy), rows, width, 1e-5f, dx, dw);
        Close(what + " rms dx", Added(dx, start), rms[0], 2e-4);
        Close(what + " rms dw", Added(dw, start), rms[1], 2e-5);
        (dx, dw) = (new double[x.Length], new double[width]);
        if (width == 1) return;
        PlainLayerNorm.Backward<double>(Doubles(x), Doubles(w), Doubles(dy), rows, width, 1e-5f, dx, dw, db);
        Close(what + " layer dx", Added(dx, start), layer[0], 1e-3);
        Close(what + " layer dw", Added(dw, start), layer[1], 1e-4);
        Close(what + " layer db", Added(db, start), layer[2], 1e-5);
    });

    [Fact]
    public void CrossEntropy() => Cases.ForSeeds(40, random =>
    {
        var (rows, vocabulary) = (1 + random.NextInt32(5), 1 + random.NextInt32(random.NextInt32(4) == 0 ? 20000 : 700));
        var logits = Numbers(random, rows * vocabulary, 3);
        int[] targets = [.. Enumerable.Range(0, rows).Select(_ => random.NextInt32(vocabulary))];
        var factors = Numbers(random, rows);
        var what = $"[{rows}, {vocabulary}]";
        var losses = SameBits(what, () => [new float[rows]], (kernels, to) => kernels.CrossEntropy(logits, targets, vocabulary, to[0]));
        var gradient = SameBits(what + " back", () => [logits[..]], (kernels, to) => kernels.CrossEntropyGradient(to[0], targets, factors, vocabulary));
        var both = SameBits(what + " both", () => [logits[..], new float[rows]], (kernels, to) => kernels.CrossEntropyGradient(to[0], targets, factors, vocabulary, to[1]));
        Assert.Equal(losses[0], both[1]);
        Assert.Equal(gradient[0], both[0]);
        var expected = new double[logits.Length];
        PlainCrossEntropy.Backward<double>(Doubles(logits), targets, Doubles(factors), vocabulary, 1, expected);
        for (var r = 0; r < rows; r++)
        {
            var loss = PlainCrossEntropy.Forward<double>(Doubles(logits).AsSpan(r * vocabulary, vocabulary), targets.AsSpan(r, 1), [], vocabulary);
            Assert.Equal(loss, losses[0][r], 2e-6 * Math.Max(1, loss));
        }

        Close(what + " back", expected, gradient[0], 1e-6);
    });

    [Fact]
    public void ElementsAndRows() => Cases.ForSeeds(60, random =>
    {
        var count = 1 + random.NextInt32(random.NextInt32(4) == 0 ? 50000 : 200);
        var (gate, up, dy, start) = (Numbers(random, count, 8), Numbers(random, count), Numbers(random, count), Numbers(random, count));
        SameBits("silu", () => [new float[count]], (kernels, to) => kernels.SiluMultiply(gate, up, to[0]));
        var back = SameBits("silu back", () => [start[..], start[..]], (kernels, to) => kernels.SiluMultiplyGradient(gate, up, dy, to[0], to[1]));
        SameBits("dgate alone", () => [start[..]], (kernels, to) => kernels.SiluMultiplyGradient(gate, up, dy, to[0], []));
        SameBits("dup alone", () => [start[..]], (kernels, to) => kernels.SiluMultiplyGradient(gate, up, dy, [], to[0]));
        var (dgate, dup) = (Doubles(start), Doubles(start));
        PlainSiluMultiply.Backward<double>(Doubles(gate), Doubles(up), Doubles(dy), dgate, dup);
        Close("dgate", dgate, back[0], 1e-6);
        Close("dup", dup, back[1], 1e-6);
        SameBits("add", () => [start[..]], (kernels, to) => kernels.Add(up, to[0]));
        SameBits("scale", () => [start[..]], (kernels, to) => kernels.Scale(up, 0.3f, to[0]));
        SameBits("scale in place", () => [start[..]], (kernels, to) => kernels.Scale(to[0], 0.3f, to[0]));
        SameBits("add scaled", () => [start[..]], (kernels, to) => kernels.AddScaled(up, 0.3f, to[0]));
        SameBits("descend", () => [start[..], dy[..]], (kernels, to) => kernels.Descend(to[0], to[1], 0.99f, 0.1f));
        SameBits("squares", () => [[0f, 0f]], (kernels, to) => (to[0][0], to[0][1]) = ((float)kernels.SumOfSquares(gate), (float)(kernels.SumOfSquares(gate) * 1e-8 % 1e-9)));
        Assert.Equal(gate.Sum(value => (double)value * value), Wide[0].Device.Rows.SumOfSquares(gate), 1e-6);

        var width = 1 + random.NextInt32(90);
        var rows = Math.Max(1, count / width);
        var table = Numbers(random, width * 7);
        int[] picks = [.. Enumerable.Range(0, rows).Select(_ => random.NextInt32(7))];
        var picked = SameBits("gather", () => [new float[rows * width]], (kernels, to) => kernels.Gather(table, picks, width, to[0]));
        SameBits("gather back", () => [table[..]], (kernels, to) => kernels.GatherGradient(picked[0], picks, width, to[0]));
        SameBits("add rows", () => [table[..width]], (kernels, to) => kernels.AddRows(picked[0], rows, to[0]));

        var (heads, half) = (1 + random.NextInt32(4), 1 + random.NextInt32(40));
        var headDim = 2 * half + random.NextInt32(4);
        var (x, cos, sin, before) = (Numbers(random, 9 * heads * headDim), Numbers(random, 9 * half), Numbers(random, 9 * half), Numbers(random, 9 * heads * headDim));
        SameBits("rotate", () => [new float[x.Length]], (kernels, to) => kernels.Rotate(x, 9, heads, headDim, cos, sin, to[0]));
        SameBits("rotate back", () => [before[..]], (kernels, to) => kernels.RotateGradient(x, 9, heads, headDim, cos, sin, to[0]));
    });

    [Fact]
    public void AdamW() => Cases.ForSeeds(40, random =>
    {
        var count = 1 + random.NextInt32(random.NextInt32(4) == 0 ? 40000 : 100);
        var (w, first, second) = (Numbers(random, count), new float[count], new float[count]);
        var (plainW, plainFirst, plainSecond) = (Doubles(w), new double[count], new double[count]);
        for (var step = 1; step <= 3; step++)
        {
            var gradient = Numbers(random, count);
            var factors = AdamWFactors.Of(step, 1e-2, 0.9, 0.999, 1e-8, 0.1);
            var (beforeW, beforeFirst, beforeSecond) = (w, first, second);
            var after = SameBits("adamw", () => [beforeW[..], gradient[..], beforeFirst[..], beforeSecond[..]], (kernels, to) => kernels.AdamW(to[0], to[1], to[2], to[3], factors));
            Assert.All(after[1], value => Assert.Equal(0f, value));
            PlainAdamW.Step<double>(plainW, Doubles(gradient), plainFirst, plainSecond, step, 1e-2, 0.9, 0.999, 1e-8, 0.1);
            (w, first, second) = (after[0], after[2], after[3]);
        }

        Close("w", plainW, w, 1e-6);
        Close("second", plainSecond, second, 1e-6);
    });

    private static double[] Added(double[] gradient, float[] start) => [.. gradient.Select((value, i) => value + start[i])];

    private static RowSegment[] Segments(CounterRandom random, out int rows)
    {
        var segments = new RowSegment[1 + random.NextInt32(3)];
        rows = 0;
        for (var i = 0; i < segments.Length; i++)
        {
            segments[i] = new RowSegment(rows, 1 + random.NextInt32(random.NextInt32(3) == 0 ? 150 : 40));
            rows += segments[i].Length;
        }

        return segments;
    }
}
