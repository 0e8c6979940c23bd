using System.Runtime.InteropServices;

namespace Fathom.Tensors.Tests;

/// <summary>The quantisers. That they equal gguf-py's to the bit is in Fathom.Formats.Tests, which can read its file.</summary>
public sealed class BlockEncoderTests
{
    [Theory]
    [InlineData(DType.F32, 0)]
    [InlineData(DType.F16, 1e-3)]
    [InlineData(DType.BF16, 8e-3)]
    [InlineData(DType.Q8_0, 1.0 / 127)]
    [InlineData(DType.Q4_0, 1.0 / 6)]
    [InlineData(DType.Q4_1, 1.0 / 6)]
    public void WhatIsStoredComesBackNearly(DType type, double tolerance)
    {
        var values = Enumerable.Range(0, 256).Select(i => MathF.Sin(i * 0.7f) * 3).ToArray();
        var bytes = new byte[DTypeInfo.Of(type).ByteLength(values.Length)];
        Assert.Equal(-1, BlockEncoder.Encode(type, values, bytes));
        var back = new float[values.Length];
        BlockDecoder.Decode(type, bytes, back);
        for (var i = 0; i < values.Length; i++) Assert.InRange(back[i] - values[i], -3 * tolerance, 3 * tolerance);
    }

    [Theory]
    [InlineData(DType.Q8_0)]
    [InlineData(DType.Q4_0)]
    [InlineData(DType.Q4_1)]
    public void ZerosAndConstantsStayExact(DType type)
    {
        foreach (var constant in (float[])[0, 2, -2])
        {
            var values = Enumerable.Repeat(constant, 32).ToArray();
            var bytes = new byte[DTypeInfo.Of(type).ByteLength(32)];
            Assert.Equal(-1, BlockEncoder.Encode(type, values, bytes));
            var back = new float[32];
            BlockDecoder.Decode(type, bytes, back);
            Assert.All(back, value => Assert.Equal(constant, value, 1e-3f));
        }
    }

    [Theory]
    [InlineData(DType.F16, 70000f, 3)]
    [InlineData(DType.F16, float.NaN, 3)]
    [InlineData(DType.BF16, float.PositiveInfinity, 3)]
    [InlineData(DType.BF16, 3.4e38f, 3)]
    [InlineData(DType.Q8_0, float.NaN, 3)]
    [InlineData(DType.Q8_0, 1e7f, 3)]
    [InlineData(DType.Q4_1, 70000f, 3)]
    [InlineData(DType.Q8_0, 60000f * 100, -1)]
    [InlineData(DType.F32, float.NaN, -1)]
    public void WhatDoesNotFitIsSaid(DType type, float value, int expected)
    {
        var values = new float[32];
        values[3] = value;
        Assert.Equal(expected, BlockEncoder.Encode(type, values, new byte[DTypeInfo.Of(type).ByteLength(32)]));
    }

    [Fact]
    public void LengthsAndTypesAreChecked()
    {
        Assert.Throws<ArgumentException>(() => BlockEncoder.Encode(DType.F16, new float[2], new byte[3]));
        Assert.Throws<ArgumentException>(() => BlockEncoder.Encode(DType.Q8_0, new float[31], new byte[34]));
        Assert.Throws<NotSupportedException>(() => BlockEncoder.Encode(DType.Q6_K, new float[256], new byte[210]));
        Assert.False(BlockEncoder.CanEncode(DType.I64));
    }

    [Fact]
    public void HalvesRoundToEven()
    {
        var bytes = new byte[4];
        Assert.Equal(-1, BlockEncoder.Encode(DType.BF16, [BitConverter.UInt32BitsToSingle(0x3F808000), BitConverter.UInt32BitsToSingle(0x3F818000)], bytes));
        Assert.Equal([0x3F80, 0x3F82], MemoryMarshal.Cast<byte, ushort>(bytes).ToArray().Select(bits => (int)bits));
    }
}
