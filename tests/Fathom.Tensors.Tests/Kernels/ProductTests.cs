using Fathom.Tensors.Autograd;
using Fathom.Tensors.Kernels.Gradients;

namespace Fathom.Tensors.Tests.Kernels;

/// <summary>The products of training, at every width and with one and two threads, against the plain loops to the bit; every result begins from what is there.</summary>
public sealed class ProductTests : IDisposable
{
    private readonly (string Name, AutogradDevice Device)[] _devices =
        [.. new[] { 512, 256, 128 }.Where(Devices.Has).SelectMany(bits => new[] { 1, 2 }.Select(threads => ($"{bits} bits, {threads} threads", new AutogradDevice(new CpuOptions { VectorBits = bits, Threads = threads }))))];

    [Fact]
    public void RandomShapesMatchThePlainLoopsToTheBit() => Cases.ForSeeds(150, random =>
    {
        var inputs = 1 + random.NextInt32(random.NextInt32(8) == 0 ? 700 : 100);
        Compare(random, 1 + random.NextInt32(40), 1 + random.NextInt32(130), inputs);
    });

    /// <summary>Several parts of the depth, several blocks of rows, several groups of tiles, in one of the three products at least.</summary>
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(16, 32, 16)]
    [InlineData(40, 70, 3203)]
    [InlineData(37, 3203, 41)]
    [InlineData(3203, 37, 33)]
    [InlineData(1700, 8, 300)]
    [InlineData(511, 193, 67)]
    [InlineData(131, 8, 515)]
    [InlineData(515, 131, 16)]
    public void LargerShapesMatchToo(int rows, int outputs, int inputs) => Compare(new CounterRandom(6, (ulong)rows), rows, outputs, inputs);

    /// <summary>The input gradient of more than 4096 outputs (a head's) is added in runs of 1024, each from zero: one chain would lose digits.</summary>
    [Theory]
    [InlineData(3, 4097, 5)]
    [InlineData(70, 5200, 33)]
    public void ALongInputGradientIsAddedInRuns(int rows, int outputs, int inputs)
    {
        var random = new CounterRandom(7, (ulong)outputs);
        using var dy = NativeFloats.Random(random, rows * outputs);
        using var w = NativeFloats.Random(random, outputs * inputs);
        using var dx = NativeFloats.Random(random, rows * inputs);
        using var expected = dx.Copy();
        for (var from = 0; from < outputs; from += 1024)
        {
            var count = Math.Min(1024, outputs - from);
            var (part, run) = (new float[rows * count], new float[rows * inputs]);
            for (var r = 0; r < rows; r++) dy.Span.Slice(r * outputs + from, count).CopyTo(part.AsSpan(r * count));
            PlainMatrices.InputGradient<float>(part, w.Span.Slice(from * inputs, count * inputs), rows, count, inputs, run);
            for (var i = 0; i < run.Length; i++) expected.Span[i] += run[i];
        }

        foreach (var (name, device) in _devices)
        {
            using var actual = dx.Copy();
            device.Kernels.LinearInputGradient(dy.Span, w.Span, rows, outputs, inputs, actual.Span);
            expected.AssertSameBits(actual, name);
        }
    }

    [Fact]
    public void RowsInPiecesAddUpToTheSameWeightGradient() => Cases.ForSeeds(20, random =>
    {
        var (rows, outputs, inputs) = (2 + random.NextInt32(60), 1 + random.NextInt32(70), 1 + random.NextInt32(70));
        using var dy = NativeFloats.Random(random, rows * outputs);
        using var x = NativeFloats.Random(random, rows * inputs);
        var cut = 1 + random.NextInt32(rows - 1);
        foreach (var (name, device) in _devices)
        {
            using var whole = new NativeFloats(new float[outputs * inputs]);
            using var pieces = new NativeFloats(new float[outputs * inputs]);
            device.Kernels.LinearWeightGradient(dy.Span, x.Span, rows, outputs, inputs, whole.Span);
            device.Kernels.LinearWeightGradient(dy.Span[..(cut * outputs)], x.Span[..(cut * inputs)], cut, outputs, inputs, pieces.Span);
            device.Kernels.LinearWeightGradient(dy.Span[(cut * outputs)..], x.Span[(cut * inputs)..], rows - cut, outputs, inputs, pieces.Span);
            whole.AssertSameBits(pieces, name);
        }
    });

    [Fact]
    public void SteadyWorkAsksTheSystemForNothing()
    {
        foreach (var (_, device) in _devices)
        {
            // Both threads' scratch may be needed at once, or not: enough rounds to have seen it.
            for (var i = 0; i < 20; i++) Products(device);
            var before = device.Memory.SystemAllocations;
            for (var i = 0; i < 20; i++) Products(device);
            Assert.InRange(device.Memory.SystemAllocations, before, before + 3);
            Assert.Equal(0, device.LiveBytes);
        }

        static void Products(AutogradDevice device)
        {
            device.Kernels.Linear(new float[50 * 60], new float[70 * 60], 50, 70, 60, new float[50 * 70]);
            device.Kernels.LinearInputGradient(new float[50 * 70], new float[70 * 60], 50, 70, 60, new float[50 * 60]);
            device.Kernels.LinearWeightGradient(new float[50 * 70], new float[50 * 60], 50, 70, 60, new float[70 * 60]);
        }
    }

    public void Dispose()
    {
        foreach (var (_, device) in _devices) device.Dispose();
    }

    private void Compare(CounterRandom random, int rows, int outputs, int inputs)
    {
        using var x = NativeFloats.Random(random, rows * inputs);
        using var w = NativeFloats.Random(random, outputs * inputs);
        using var dy = NativeFloats.Random(random, rows * outputs);
        using var y = dy.Copy();
        using var fresh = new NativeFloats(new float[rows * outputs]);
        using var dx = x.Copy();
        using var dw = w.Copy();
        PlainMatrices.Forward<float>(x.Span, w.Span, rows, outputs, inputs, y.Span);
        PlainMatrices.Forward<float>(x.Span, w.Span, rows, outputs, inputs, fresh.Span);
        PlainMatrices.InputGradient<float>(dy.Span, w.Span, rows, outputs, inputs, dx.Span);
        PlainMatrices.WeightGradient<float>(dy.Span, x.Span, rows, outputs, inputs, dw.Span);
        foreach (var (name, device) in _devices)
        {
            var what = $"{name}, {rows} rows, {outputs} outputs, {inputs} inputs";
            using var y2 = dy.Copy();
            using var dx2 = x.Copy();
            using var dw2 = w.Copy();
            device.Kernels.Linear(x.Span, w.Span, rows, outputs, inputs, y2.Span);
            y.AssertSameBits(y2, what + ", forward");
            device.Kernels.Linear(x.Span, w.Span, rows, outputs, inputs, y2.Span, fresh: true);
            fresh.AssertSameBits(y2, what + ", forward afresh");
            device.Kernels.LinearInputGradient(dy.Span, w.Span, rows, outputs, inputs, dx2.Span);
            dx.AssertSameBits(dx2, what + ", input gradient");
            device.Kernels.LinearWeightGradient(dy.Span, x.Span, rows, outputs, inputs, dw2.Span);
            dw.AssertSameBits(dw2, what + ", weight gradient");
        }
    }
}
