using Fathom.Tensors.Kernels;

namespace Fathom.Tensors.Tests.Kernels;

public unsafe class WideAttentionTests
{
    private static readonly int[] HeadDims = [8, 10, 16, 32, 33, 64, 80];

    [Fact]
    public void EveryWidthMatchesTheScalarTwinToTheBitWithWindowsAndBiases() => Cases.ForSeeds(60, random =>
    {
        var (heads, headDim) = (1 + random.NextInt32(4), HeadDims[random.NextInt32(HeadDims.Length)]);
        var (rows, keys) = (1 + random.NextInt32(150), 1 + random.NextInt32(150));
        var within = random.NextInt32(2) == 0;
        if (within) keys = rows;
        var window = within && random.NextInt32(2) == 0 ? 1 + random.NextInt32(70) : 0;
        var after = within && random.NextInt32(2) == 0 ? random.NextInt32(70) : int.MaxValue;
        var kind = random.NextInt32(3);
        var softCap = random.NextInt32(3) == 0 ? 0.2f + random.NextInt32(40) / 10f : 0f;
        var width = heads * headDim;
        using var q = NativeFloats.Random(random, rows * width);
        using var k = NativeFloats.Random(random, keys * width);
        using var v = NativeFloats.Random(random, keys * width);
        using var bias = NativeFloats.Random(random, kind == 1 ? heads * rows * keys : heads * (rows + keys));
        void Run(Device device, NativeFloats y)
        {
            using var cache = device.Kernels.CreateCache(heads, headDim);
            cache.Append(k.Pointer, width, v.Pointer, width, keys);
            WideAttentionSegment segment = kind switch
            {
                0 => new(cache, 0, rows, 0),
                1 => new(cache, 0, rows, 0, bias.Pointer, rows * keys, keys),
                _ => new(cache, 0, rows, 0, bias.Pointer + rows - 1, rows + keys, -1),
            };
            device.Kernels.WideAttention(new ReadOnlySpan<WideAttentionSegment>(in segment), q.Pointer, width, heads, 0.3f, window, after, y.Pointer, width, softCap);
        }

        using var expected = new NativeFloats(rows * width);
        Run(Devices.Reference, expected);
        foreach (var device in Devices.Wide)
        {
            using var y = new NativeFloats(rows * width);
            Run(device, y);
            expected.AssertSameBits(y, $"{device.Name}, heads {heads} x {headDim}, rows {rows}, keys {keys}, window {window}, after {after}, bias {kind}, cap {softCap}");
        }
    });

    [Fact]
    public void WithoutBiasAndLookingAheadItIsCausalAttentionToTheBit()
    {
        var random = new CounterRandom(21);
        const int Rows = 130, Width = 3 * 24;
        using var q = NativeFloats.Random(random, Rows * Width);
        using var k = NativeFloats.Random(random, Rows * Width);
        using var v = NativeFloats.Random(random, Rows * Width);
        foreach (var device in Devices.Wide.Prepend(Devices.Reference))
        {
            using var cache = device.Kernels.CreateCache(3, 24);
            cache.Append(k.Pointer, Width, v.Pointer, Width, Rows);
            using var causal = new NativeFloats(Rows * Width);
            using var wide = new NativeFloats(Rows * Width);
            device.Kernels.Attention([new(cache, 0, Rows)], q.Pointer, Width, 3, 0.2f, 40, causal.Pointer, Width);
            device.Kernels.WideAttention([new(cache, 0, Rows, 0)], q.Pointer, Width, 3, 0.2f, 40, 0, wide.Pointer, Width);
            causal.AssertSameBits(wide, device.Name);
        }
    }

    [Fact]
    public void ASequenceOfABatchHasTheBitsItHasAlone()
    {
        var random = new CounterRandom(22);
        const int Width = 2 * 16;
        int[] lengths = [70, 5, 64];
        var total = lengths.Sum();
        using var q = NativeFloats.Random(random, total * Width);
        using var k = NativeFloats.Random(random, total * Width);
        using var v = NativeFloats.Random(random, total * Width);
        using var bias = NativeFloats.Random(random, 2 * 70 * 70);
        foreach (var device in Devices.Wide)
        {
            var caches = lengths.Select(_ => device.Kernels.CreateCache(2, 16)).ToArray();
            var segments = new WideAttentionSegment[lengths.Length];
            using var batch = new NativeFloats(total * Width);
            using var alone = new NativeFloats(total * Width);
            var row = 0;
            for (var i = 0; i < lengths.Length; row += lengths[i++])
            {
                caches[i].Append(k.Pointer + row * Width, Width, v.Pointer + row * Width, Width, lengths[i]);
                segments[i] = new(caches[i], row, lengths[i], 0, bias.Pointer, lengths[i] * lengths[i], lengths[i]);
                device.Kernels.WideAttention(segments.AsSpan(i, 1), q.Pointer, Width, 2, 0.25f, 0, int.MaxValue, alone.Pointer, Width);
            }

            device.Kernels.WideAttention(segments, q.Pointer, Width, 2, 0.25f, 0, int.MaxValue, batch.Pointer, Width);
            alone.AssertSameBits(batch, device.Name);
            foreach (var cache in caches) cache.Dispose();
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.8)]
    public void TheScalarTwinIsCloseToDoublePrecision(double cap)
    {
        var random = new CounterRandom(23);
        const int Rows = 80, Dim = 12, Window = 30, After = 9;
        using var q = NativeFloats.Random(random, Rows * Dim);
        using var k = NativeFloats.Random(random, Rows * Dim);
        using var v = NativeFloats.Random(random, Rows * Dim);
        using var bias = NativeFloats.Random(random, Rows * Rows);
        using var y = new NativeFloats(Rows * Dim);
        using var cache = Devices.Reference.Kernels.CreateCache(1, Dim);
        cache.Append(k.Pointer, Dim, v.Pointer, Dim, Rows);
        Devices.Reference.Kernels.WideAttention([new(cache, 0, Rows, 0, bias.Pointer, 0, Rows)], q.Pointer, Dim, 1, 0.3f, Window, After, y.Pointer, Dim, (float)cap);
        for (var row = 0; row < Rows; row++)
        {
            var (from, to) = (Math.Max(0, row - Window + 1), Math.Min(Rows, row + After + 1));
            var scores = new double[to - from];
            for (var j = from; j < to; j++)
            {
                for (var d = 0; d < Dim; d++) scores[j - from] += 0.3 * q.Span[row * Dim + d] * k.Span[j * Dim + d];
                if (cap > 0) scores[j - from] = cap * Math.Tanh(scores[j - from] / cap);
                scores[j - from] += bias.Span[row * Rows + j];
            }

            var top = scores.Max();
            var sum = scores.Sum(s => Math.Exp(s - top));
            for (var d = 0; d < Dim; d++)
            {
                var expected = Enumerable.Range(from, to - from).Sum(j => Math.Exp(scores[j - from] - top) / sum * v.Span[j * Dim + d]);
                Assert.Equal(expected, y.Span[row * Dim + d], 2e-5 * (1 + Math.Abs(expected)));
            }
        }
    }
}
