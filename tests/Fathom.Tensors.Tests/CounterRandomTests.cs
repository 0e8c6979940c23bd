namespace Fathom.Tensors.Tests;

public class CounterRandomTests
{
    // Known answers published with Random123 (kat_vectors, philox4x32 10).
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void PhiloxGivesTheKnownAnswers(uint a, uint b, uint c, uint d, uint keyA, uint keyB, uint first, uint second, uint third, uint fourth) =>
        Assert.Equal((first, second, third, fourth), CounterRandom.Philox((a, b, c, d), (keyA, keyB)));

    [Fact]
    public void PositionsCanBeRevisited()
    {
        var random = new CounterRandom(7, 3);
        var numbers = Enumerable.Range(0, 25).Select(_ => random.NextUInt32()).ToArray();
        Assert.Equal(25UL, random.Position);
        for (var i = 24; i >= 0; i--)
        {
            random.Position = (ulong)i;
            Assert.Equal((ulong)i, random.Position);
            Assert.Equal(numbers[i], random.NextUInt32());
        }
    }

    [Fact]
    public void StreamsAndSeedsDiffer()
    {
        var draws = new[] { new CounterRandom(1, 0), new CounterRandom(1, 1), new CounterRandom(2, 0), new CounterRandom(1UL << 40) }.Select(r => r.NextUInt64());
        Assert.Equal(4, draws.Distinct().Count());
    }

    [Fact]
    public void MomentsAreThoseOfTheDistributions()
    {
        var random = new CounterRandom(1);
        const int Count = 40000;
        var normals = Enumerable.Range(0, Count).Select(_ => random.NextNormal()).ToArray();
        Assert.Equal(0, normals.Average(), 0.02);
        Assert.Equal(1, normals.Average(x => x * x), 0.03);
        Assert.Equal(3, normals.Average(x => x * x * x * x), 0.2);
        Assert.Equal(0.5, Enumerable.Range(0, Count).Average(_ => random.NextDouble()), 0.01);
        Assert.Equal(0.5, Enumerable.Range(0, Count).Average(_ => (double)random.NextSingle()), 0.01);
        var buckets = new int[7];
        for (var i = 0; i < Count; i++)
        {
            buckets[random.NextInt32(7)]++;
        }

        Assert.All(buckets, bucket => Assert.InRange(bucket, Count / 7 - 300, Count / 7 + 300));
    }

    [Fact]
    public void ShufflesArePermutations()
    {
        var items = Enumerable.Range(0, 50).ToArray();
        new CounterRandom(4).Shuffle<int>(items);
        Assert.NotEqual(Enumerable.Range(0, 50), items);
        Assert.Equal(Enumerable.Range(0, 50), items.Order());
    }
}
