using Fathom.Tensors.Kernels;

namespace Fathom.Tensors.Tests.Kernels;

public unsafe class AttentionTests
{
    private static readonly int[] HeadDims = [8, 12, 16, 24, 33, 64, 80, 96, 128, 256];

    [Fact]
    public void EveryWidthMatchesTheScalarTwinToTheBitHoweverTheRowsArrive() => Cases.ForSeeds(60, random =>
    {
        var keyValueHeads = 1 + random.NextInt32(3);
        var heads = keyValueHeads * (1 + random.NextInt32(4));
        var headDim = HeadDims[random.NextInt32(HeadDims.Length)];
        var rows = 1 + random.NextInt32(headDim > 64 ? 80 : 200);
        var window = random.NextInt32(2) == 0 ? 0 : 1 + random.NextInt32(90);
        using var q = NativeFloats.Random(random, rows * heads * headDim);
        using var k = NativeFloats.Random(random, rows * keyValueHeads * headDim);
        using var v = NativeFloats.Random(random, rows * keyValueHeads * headDim);
        var shape = new AttentionShape(keyValueHeads, heads, headDim, rows, window);
        using var expected = shape.Run(Devices.Reference.Kernels, q, k, v, _ => rows);
        foreach (var device in Devices.Wide)
        {
            using var whole = shape.Run(device.Kernels, q, k, v, _ => rows);
            expected.AssertSameBits(whole, $"{device.Name}, {shape}, whole");
            using var chunks = shape.Run(device.Kernels, q, k, v, left => Math.Min(left, 1 + random.NextInt32(40)));
            expected.AssertSameBits(chunks, $"{device.Name}, {shape}, chunks");
        }
    });

    [Fact]
    public void TokenByTokenAndASharedBatchGiveTheSameBits()
    {
        var random = new CounterRandom(11);
        var shape = new AttentionShape(3, 9, 64, 150, 0);
        using var q = NativeFloats.Random(random, 150 * 9 * 64);
        using var k = NativeFloats.Random(random, 150 * 3 * 64);
        using var v = NativeFloats.Random(random, 150 * 3 * 64);
        using var expected = shape.Run(Devices.Reference.Kernels, q, k, v, _ => 150);
        foreach (var device in Devices.Wide)
        {
            using var single = shape.Run(device.Kernels, q, k, v, _ => 1);
            expected.AssertSameBits(single, device.Name);

            // Two sequences of different lengths in one call; the second is a prefix of the first.
            using var first = device.Kernels.CreateCache(3, 64);
            using var second = device.Kernels.CreateCache(3, 64);
            first.Append(k.Pointer, 192, v.Pointer, 192, 150);
            second.Append(k.Pointer, 192, v.Pointer, 192, 40);
            using var both = new NativeFloats(190 * 576);
            using var queries = new NativeFloats(190 * 576);
            q.Span.CopyTo(queries.Span[(40 * 576)..]);
            q.Span[..(40 * 576)].CopyTo(queries.Span);
            AttentionSegment[] segments = [new(second, 0, 40), new(first, 40, 150)];
            device.Kernels.Attention(segments, queries.Pointer, 576, 9, 0.125f, 0, both.Pointer, 576);
            using var prefix = new NativeFloats(both.Span[..(40 * 576)]);
            using var rest = new NativeFloats(both.Span[(40 * 576)..]);
            using var expectedPrefix = new NativeFloats(expected.Span[..(40 * 576)]);
            expectedPrefix.AssertSameBits(prefix, device.Name);
            expected.AssertSameBits(rest, device.Name);
        }
    }

    [Fact]
    public void TruncatedAndRegrownCachesGiveTheSameBits()
    {
        var random = new CounterRandom(12);
        using var q = NativeFloats.Random(random, 32);
        using var k = NativeFloats.Random(random, 100 * 32);
        using var v = NativeFloats.Random(random, 100 * 32);
        foreach (var device in Devices.Wide.Prepend(Devices.Reference))
        {
            using var straight = device.Kernels.CreateCache(1, 32);
            straight.Append(k.Pointer, 32, v.Pointer, 32, 70);
            using var detour = device.Kernels.CreateCache(1, 32);
            detour.Append(k.Pointer, 32, v.Pointer, 32, 100);
            detour.Truncate(65);
            detour.Append(k.Pointer + 65 * 32, 32, v.Pointer + 65 * 32, 32, 5);
            Assert.Equal(70, detour.Length);
            using var a = new NativeFloats(32);
            using var b = new NativeFloats(32);
            device.Kernels.Attention([new(straight, 0, 1)], q.Pointer, 32, 1, 0.2f, 0, a.Pointer, 32);
            device.Kernels.Attention([new(detour, 0, 1)], q.Pointer, 32, 1, 0.2f, 0, b.Pointer, 32);
            a.AssertSameBits(b, device.Name);
            Assert.Throws<ArgumentOutOfRangeException>(() => detour.Truncate(71));
        }
    }

    [Fact]
    public void TheScalarTwinIsCloseToDoublePrecision()
    {
        var random = new CounterRandom(13);
        const int Rows = 90, Dim = 24, Window = 70;
        var shape = new AttentionShape(1, 2, Dim, Rows, Window);
        using var q = NativeFloats.Random(random, Rows * 2 * Dim);
        using var k = NativeFloats.Random(random, Rows * Dim);
        using var v = NativeFloats.Random(random, Rows * Dim);
        using var y = shape.Run(Devices.Reference.Kernels, q, k, v, _ => Rows);
        for (var row = 0; row < Rows; row++)
        {
            for (var head = 0; head < 2; head++)
            {
                var from = Math.Max(0, row - Window + 1);
                var scores = new double[row + 1 - from];
                for (var j = from; j <= row; j++)
                {
                    for (var d = 0; d < Dim; d++)
                    {
                        scores[j - from] += (double)q.Span[(row * 2 + head) * Dim + d] * k.Span[j * Dim + d] * shape.Scale;
                    }
                }

                var top = scores.Max();
                var sum = scores.Sum(s => Math.Exp(s - top));
                for (var d = 0; d < Dim; d++)
                {
                    var expected = 0.0;
                    for (var j = from; j <= row; j++)
                    {
                        expected += Math.Exp(scores[j - from] - top) / sum * v.Span[j * Dim + d];
                    }

                    Assert.Equal(expected, y.Span[(row * 2 + head) * Dim + d], 2e-5 * (1 + Math.Abs(expected)));
                }
            }
        }
    }
}
