using System.Buffers.Binary;

namespace Fathom.Tensors.Blocks;

/// <summary>IQ1_S, 50 bytes: half scale; 32 low bytes of indices; for each 32 elements four times three upper bits, a 3-bit scale and the sign of the shift; w = d (2 s + 1) (grid ± 1/8), in eighths here.</summary>
internal readonly struct IQ1_SFormat : IBlockFormat
{
    /// <inheritdoc/>
    public static DType Type => DType.IQ1_S;

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
        var d = (float)BinaryPrimitives.ReadHalfLittleEndian(block);
        for (var group = 0; group < 8; group++)
        {
            var upper = BinaryPrimitives.ReadUInt16LittleEndian(block[(34 + 2 * group)..]);
            scales[group] = d * (2 * (upper >> 12 & 7) + 1) * 0.125f;
            for (var i = 0; i < 4; i++) Shifted(block[2 + 4 * group + i] | (upper >> (3 * i) & 7) << 8, (upper & 0x8000) != 0, codes.Slice(32 * group + 8 * i, 8));
        }
    }

    /// <summary>Eight times an entry of the grid, and one more or less.</summary>
    internal static void Shifted(int entry, bool down, Span<sbyte> codes)
    {
        var values = Grid.Iq1[entry];
        for (var i = 0; i < values.Length; i++) codes[i] = (sbyte)(8 * values[i] + (down ? -1 : 1));
    }
}
