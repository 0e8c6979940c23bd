using System.Buffers.Binary;

namespace Fathom.Tensors.Blocks;

/// <summary>Q2_K, 84 bytes: 16 scale/minimum nibble pairs; 64 bytes of 2-bit codes; half scale and half minimum of the whole.</summary>
internal readonly struct Q2_KFormat : IBlockFormat
{
    /// <inheritdoc/>
    public static DType Type => DType.Q2_K;

    /// <inheritdoc/>
    public static int GroupSize => 16;

    /// <inheritdoc/>
    public static bool HasOffset => true;

    /// <inheritdoc/>
    public static bool FitsNibble => true;

    /// <inheritdoc/>
    public static int CodeBias => 0;

    /// <inheritdoc/>
    public static bool HalfScales => false;

    /// <inheritdoc/>
    public static void Unpack(ReadOnlySpan<byte> block, Span<sbyte> codes, Span<float> scales, Span<float> offsets)
    {
        var d = (float)BinaryPrimitives.ReadHalfLittleEndian(block[80..]);
        var minimum = (float)BinaryPrimitives.ReadHalfLittleEndian(block[82..]);
        for (var group = 0; group < 16; group++)
        {
            scales[group] = d * (block[group] & 15);
            offsets[group] = -(minimum * (block[group] >> 4));
        }

        for (var i = 0; i < 256; i++)
        {
            // Halves of 128 elements share 32 bytes, two bits of each byte per run of 32.
            var bits = block[16 + 32 * (i >> 7) + (i & 31)] >> (2 * ((i >> 5) & 3));
            codes[i] = (sbyte)(bits & 3);
        }
    }
}
