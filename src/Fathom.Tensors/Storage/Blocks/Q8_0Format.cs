using System.Buffers.Binary;

namespace Fathom.Tensors.Blocks;

/// <summary>Q8_0, 34 bytes: half scale; 32 signed bytes; w = d q.</summary>
internal readonly struct Q8_0Format : IBlockFormat
{
    /// <inheritdoc/>
    public static DType Type => DType.Q8_0;

    /// <inheritdoc/>
    public static int GroupSize => 32;

    /// <inheritdoc/>
    public static bool HasOffset => false;

    /// <inheritdoc/>
    public static bool FitsNibble => false;

    /// <inheritdoc/>
    public static int CodeBias => 0;

    /// <inheritdoc/>
    public static bool HalfScales => true;

    /// <inheritdoc/>
    public static void Unpack(ReadOnlySpan<byte> block, Span<sbyte> codes, Span<float> scales, Span<float> offsets)
    {
        scales[0] = (float)BinaryPrimitives.ReadHalfLittleEndian(block);
        for (var i = 0; i < 32; i++)
        {
            codes[i] = (sbyte)block[2 + i];
        }
    }
}
