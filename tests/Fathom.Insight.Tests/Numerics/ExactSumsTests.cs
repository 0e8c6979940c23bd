using System.Numerics;
using Fathom.Insight.Numerics;
using Fathom.Tensors;

namespace Fathom.Insight.Tests.Numerics;

public sealed class ExactSumsTests
{
    // Everything is a multiple of 2^-400 here.
    private const int Digits = 400;

    [Fact]
    public void ASumIsTheTrueOneRoundedTwice() => Forall.Random(random =>
    {
        var sums = new ExactSums(5);
        var truth = new BigInteger[5];
        for (var term = 0; term < 200; term++)
        {
            var terms = Enumerable.Range(0, 5).Select(_ => (double)Wide(random)).ToArray();
            sums.Add(terms);
            for (var i = 0; i < 5; i++) truth[i] += Whole(terms[i]);
        }

        for (var i = 0; i < 5; i++)
        {
            // The larger part is the nearest double, the smaller the nearest to what is left.
            var pair = sums[i];
            Assert.Equal(Nearest(truth[i]), pair.High);
            Assert.Equal(Nearest(truth[i] - Whole(pair.High)), pair.Low);
        }
    });

    [Fact]
    public void ShardsGiveTheSameBitsHoweverTheyAreMadeAndMerged() => Forall.Random(random =>
    {
        var terms = Enumerable.Range(0, 100).Select(_ => Enumerable.Range(0, 9).Select(_ => (double)Wide(random) * Wide(random)).ToArray()).ToArray();
        var whole = new ExactSums(9);
        foreach (var term in terms) whole.Add(term);
        var shards = Enumerable.Range(0, 5).Select(_ => new ExactSums(9)).ToArray();
        random.Shuffle(terms.AsSpan());
        foreach (var term in terms) shards[random.NextInt32(5)].Add(term);
        random.Shuffle(shards.AsSpan());
        foreach (var shard in shards[1..]) shards[0].Add(shard);
        for (var i = 0; i < 9; i++) Assert.Equal(whole[i], shards[0][i]);
    });

    [Fact]
    public void TiesGoWhereTheSmallestPartPoints()
    {
        // 1 + 2^-53 lies in the middle between two doubles; what is left decides.
        foreach (var rest in new[] { 1e-30, -1e-30, 0 })
        {
            var sums = new ExactSums(1);
            foreach (var term in new[] { 1, Math.ScaleB(1, -53), rest }) sums.Add(0, term);
            Assert.Equal(rest > 0 ? Math.BitIncrement(1) : 1, sums[0].High);
        }
    }

    [Fact]
    public void OuterProductsAreExactForNumbersOfAnySize() => Forall.Random(random =>
    {
        var width = 1 + random.NextInt32(30);
        var count = 1 + random.NextInt32(60);
        var vectors = Enumerable.Range(0, count * width).Select(_ => random.NextInt32(10) == 0 ? 0 : Wide(random)).ToArray();
        var sums = new ExactSums(width * (width + 1) / 2);
        ExactOuterProducts.Add(vectors, count, width, sums);
        for (int i = 0, at = 0; i < width; i++)
        {
            for (var j = 0; j <= i; j++, at++)
            {
                var truth = BigInteger.Zero;
                for (var k = 0; k < count; k++) truth += Whole((double)vectors[k * width + i] * vectors[k * width + j]);
                Assert.Equal(Nearest(truth), sums[at].High);
                Assert.Equal(Nearest(truth - Whole(sums[at].High)), sums[at].Low);
            }
        }
    }, 30);

    [Fact]
    public void AFullBlockOfLargestNumbersStaysExact()
    {
        const int Width = 9;
        var vectors = Enumerable.Range(0, ExactOuterProducts.MostVectors * Width).Select(i => MathF.BitDecrement(2) * (i % 5 == 0 ? -1 : 1)).ToArray();
        var sums = new ExactSums(Width * (Width + 1) / 2);
        ExactOuterProducts.Add(vectors, ExactOuterProducts.MostVectors, Width, sums);
        var truth = BigInteger.Zero;
        for (var k = 0; k < ExactOuterProducts.MostVectors; k++) truth += Whole((double)vectors[k * Width + 8] * vectors[k * Width + 3]);
        Assert.Equal(Nearest(truth), sums[8 * 9 / 2 + 3].High);
        Assert.Equal(Math.ScaleB(1, 11) * Math.Pow(1 - Math.ScaleB(1, -24), 2), sums[8 * 9 / 2 + 8].High);
    }

    // Magnitudes from 2^-13 to 2^13, and now and then far below.
    private static float Wide(CounterRandom random) =>
        (float)(random.NextNormal() * Math.ScaleB(1, random.NextInt32(26) - 13) * (random.NextInt32(20) == 0 ? 1e-7 : 1));

    private static BigInteger Whole(double value)
    {
        if (value == 0) return BigInteger.Zero;
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)(bits >> 52 & 0x7FF) - 1075 + Digits;
        BigInteger mantissa = (bits & 0xFFFFFFFFFFFFF) | 1L << 52;
        var whole = exponent >= 0 ? mantissa << exponent : mantissa >> -exponent;
        return bits < 0 ? -whole : whole;
    }

    // To the nearest double, ties to even.
    private static double Nearest(BigInteger value)
    {
        var magnitude = BigInteger.Abs(value);
        var extra = (int)magnitude.GetBitLength() - 53;
        if (extra > 0)
        {
            var kept = magnitude >> extra;
            var rest = magnitude - (kept << extra);
            var half = BigInteger.One << (extra - 1);
            if (rest > half || (rest == half && !kept.IsEven)) kept += 1;
            magnitude = kept << extra;
        }

        var shift = Math.Max(0, (int)magnitude.GetBitLength() - 60);
        return Math.ScaleB((double)(magnitude >> shift), shift - Digits) * value.Sign;
    }
}
