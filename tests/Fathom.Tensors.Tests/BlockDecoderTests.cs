namespace Fathom.Tensors.Tests;

public class BlockDecoderTests
{
    [Fact]
    public void EveryGoldenTypeDecodesToTheBit()
    {
        var tensors = GoldenBlocks.Read();
        Assert.Equal(13, tensors.Count);
        foreach (var (name, (type, bytes, expected)) in tensors)
        {
            var values = new float[expected.Length];
            BlockDecoder.Decode(type, bytes, values);
            for (var i = 0; i < values.Length; i++)
            {
                Assert.True(
                    BitConverter.SingleToInt32Bits(expected[i]) == BitConverter.SingleToInt32Bits(values[i]) || (values[i] == 0 && expected[i] == 0),
                    $"{name}[{i}]: {values[i]:R}, expected {expected[i]:R}");
            }
        }
    }

    [Fact]
    public void WrongLengthsAreRefused()
    {
        Assert.Throws<ArgumentException>(() => BlockDecoder.Decode(DType.Q4_0, new byte[18], new float[31]));
        Assert.Throws<ArgumentException>(() => BlockDecoder.Decode(DType.Q4_0, new byte[17], new float[32]));
        Assert.Throws<NotSupportedException>(() => BlockDecoder.Decode(DType.I32, new byte[4], new float[1]));
    }

    [Theory]
    [InlineData(DType.F32, 7, 28)]
    [InlineData(DType.BF16, 7, 14)]
    [InlineData(DType.Q8_0, 64, 68)]
    [InlineData(DType.Q6_K, 512, 420)]
    public void ByteLengthsFollowTheBlocks(DType type, long elements, long bytes) => Assert.Equal(bytes, DTypeInfo.Of(type).ByteLength(elements));

    [Fact]
    public void EveryTypeIsDescribed()
    {
        foreach (var type in Enum.GetValues<DType>())
        {
            Assert.Equal(type, DTypeInfo.Of(type).Type);
            Assert.Equal(type.ToString().ToLowerInvariant(), DTypeInfo.Of(type).Name);
        }
    }
}
