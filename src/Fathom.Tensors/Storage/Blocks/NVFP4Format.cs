namespace Fathom.Tensors.Blocks;

/// <summary>NVFP4, 36 bytes: four scales (E4M3 without sign; 0x7F counts as zero); 32 bytes of nibbles, for each 16 elements low nibbles first; w = s / 2 * v(q) with v twice an E2M1 number.</summary>
internal readonly struct NVFP4Format : IBlockFormat
{
    /// <inheritdoc/>
    public static DType Type => DType.NVFP4;

    /// <inheritdoc/>
    public static int GroupSize => 16;

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
        for (var group = 0; group < 4; group++)
        {
            var (exponent, fraction) = (block[group] >> 3 & 15, block[group] & 7);
            var eighths = exponent == 0 ? fraction : fraction + 8;
            var scale = eighths * BitConverter.UInt32BitsToSingle((uint)(Math.Max(exponent, 1) - 10 + 127) << 23);
            scales[group] = block[group] is 0 or 0x7F ? 0 : scale * 0.5f;
            FourBitCodes.Unpack(block.Slice(4 + 8 * group, 8), FourBitCodes.TwiceE2M1, codes[(16 * group)..]);
        }
    }
}
