namespace Fathom.Tensors.Blocks;

/// <summary>MXFP4, 17 bytes: scale, a power of two (E8M0); 16 bytes of nibbles, low nibbles first; w = 2^(e - 128) v(q) with v twice an E2M1 number.</summary>
internal readonly struct MXFP4Format : IBlockFormat
{
    /// <inheritdoc/>
    public static DType Type => DType.MXFP4;

    /// <inheritdoc/>
    public static int GroupSize => 32;

    /// <inheritdoc/>
    public static bool HasOffset => false;

    /// <inheritdoc/>
    public static bool FitsNibble => false;

    /// <inheritdoc/>
    public static int CodeBias => 0;

    /// <inheritdoc/>
    public static bool HalfScales => false;

    /// <inheritdoc/>
    public static void Unpack(ReadOnlySpan<byte> block, Span<sbyte> codes, Span<float> scales, Span<float> offsets)
    {
        scales[0] = BitConverter.UInt32BitsToSingle(block[0] < 2 ? 0x0020_0000u << block[0] : (uint)(block[0] - 1) << 23);
        FourBitCodes.Unpack(block[1..17], FourBitCodes.TwiceE2M1, codes);
    }
}
