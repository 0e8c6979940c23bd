using Fathom.Tensors.Kernels;

namespace Fathom.Tensors.Tests.Kernels;

public sealed unsafe class DropoutTests
{
    [Fact]
    public void EveryWidthMatchesTheDefinitionToTheBit() => Cases.ForSeeds(40, random =>
    {
        var rows = 1 + random.NextInt32(40);
        var width = 1 + random.NextInt32(random.NextInt32(4) == 0 ? 1500 : 100);
        var mask = new DropoutMask(random.NextUInt64(), random.NextDouble(), random.NextUInt32());
        using var x = NativeFloats.Random(random, rows * width);
        var places = Enumerable.Range(0, rows).Select(_ => new DropoutPlace(random.NextUInt32(), random.NextUInt32())).ToArray();
        using var expected = x.Copy();
        for (var i = 0; i < x.Length; i++) expected.Span[i] = mask.Drops(places[i / width], i % width) ? 0f : x.Span[i] * mask.Scale;
        fixed (DropoutPlace* pointer = places)
        {
            foreach (var device in Devices.Wide.Append(Devices.Reference))
            {
                using var y = x.Copy();
                device.Kernels.Dropout(y.Pointer, rows, width, pointer, mask);
                expected.AssertSameBits(y, device.Name);
            }
        }
    });

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.003)]
    public void TheShareDroppedIsTheRateWithinChance(double rate)
    {
        const int Rows = 500;
        const int Width = 576;
        using var x = Ones(Rows * Width);
        Drop(x, Width, new DropoutMask(1, rate, 3), row => new DropoutPlace((uint)row % 10, (uint)row / 10));
        var dropped = x.Span.Count(0f);
        Assert.InRange(dropped, Expected() - Deviations(4.5), Expected() + Deviations(4.5));
        Assert.All(x.Span.ToArray(), value => Assert.True(value == 0 || value == (float)(1 / (1 - rate))));
        double Expected() => Rows * Width * rate;
        double Deviations(double number) => number * Math.Sqrt(Rows * Width * rate * (1 - rate));
    }

    [Theory]
    [InlineData(1, 0, 0, 0, 1)]
    [InlineData(0, 1, 0, 0, 0)]
    [InlineData(0, 0, 1, 0, 0)]
    [InlineData(0, 0, 0, 1, 0)]
    [InlineData(0, 0, 0, 0, 1)]
    public void MasksOfOtherSeedsSitesPassesAndPositionsAreIndependent(uint lowSeed, uint site, uint pass, uint position, uint highSeed)
    {
        const int Width = 40_000;
        using var a = Ones(Width);
        using var b = Ones(Width);
        Drop(a, Width, new DropoutMask(5, 0.5, 2), _ => new DropoutPlace(7, 11));
        Drop(b, Width, new DropoutMask((5 + (ulong)lowSeed) | (ulong)highSeed << 32, 0.5, 2 + site), _ => new DropoutPlace(7 + pass, 11 + position));
        var both = Enumerable.Range(0, Width).Count(i => a.Span[i] == 0 && b.Span[i] == 0);
        Assert.InRange(both, Width / 4 - 400, Width / 4 + 400);
    }

    [Fact]
    public void ARateOfZeroKeepsEveryBitAndOneIsRefused()
    {
        using var x = NativeFloats.Random(new CounterRandom(1), 1000);
        using var y = x.Copy();
        Drop(y, 100, new DropoutMask(9, 0, 1), row => new DropoutPlace(0, (uint)row));
        x.AssertSameBits(y, "rate 0");
        Assert.Throws<ArgumentOutOfRangeException>(() => new DropoutMask(0, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DropoutMask(0, double.NaN, 0));
        Assert.Equal(uint.MaxValue, new DropoutMask(0, Math.BitDecrement(1.0), 0).Threshold);
    }

    private static NativeFloats Ones(int length)
    {
        var floats = new NativeFloats(length);
        floats.Span.Fill(1f);
        return floats;
    }

    private static void Drop(NativeFloats x, int width, DropoutMask mask, Func<int, DropoutPlace> place)
    {
        fixed (DropoutPlace* places = Enumerable.Range(0, x.Length / width).Select(place).ToArray())
        {
            Devices.Wide[0].Kernels.Dropout(x.Pointer, x.Length / width, width, places, mask);
        }
    }
}
