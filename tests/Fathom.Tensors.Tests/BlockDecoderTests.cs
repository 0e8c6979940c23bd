namespace Fathom.Tensors.Tests;

public class BlockDecoderTests
{
    [Fact]
    public void EveryGoldenTypeDecodesToTheBit()
    {
        var tensors = GoldenBlocks.Read();
        Assert.Equal(25, tensors.Count);
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

    // No reference at hand wrote these three; the values follow from the layout by hand.
    [Fact]
    public void TypesWithoutAGoldenFileDecodeAsTheirLayoutSays()
    {
        var ones = new float[128];
        BlockDecoder.Decode(DType.Q1_0, [0x00, 0x40, 0b0000_0101, .. new byte[14], 0x80], ones);
        Assert.Equal([2, -2, 2, -2], ones[..4]);
        Assert.Equal([-2, 2], ones[126..]);

        var twos = new float[64];
        BlockDecoder.Decode(DType.Q2_0, [0x00, 0x38, 0b1110_0100, .. new byte[14], 0b1100_0000], twos);
        Assert.Equal([-0.5f, 0, 0.5f, 1], twos[..4]);
        Assert.Equal([-0.5f, 1], twos[62..]);

        var fours = new float[64];
        BlockDecoder.Decode(DType.NVFP4, [0x38, 0x01, 0x7F, 0x7E, 0x71, .. new byte[7], 0x07, .. new byte[7], 0x77, .. new byte[7], 0xF7, .. new byte[7]], fours);
        Assert.Equal(0.5f, fours[0]);
        Assert.Equal(6, fours[8]);
        Assert.Equal(6 / 512f, fours[16]);
        Assert.Equal(0, fours[32]);
        Assert.Equal(6 * 448, fours[48]);
        Assert.Equal(-6 * 448, fours[56]);
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
