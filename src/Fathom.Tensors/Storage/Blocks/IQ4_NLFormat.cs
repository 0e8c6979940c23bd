using System.Buffers.Binary;

namespace Fathom.Tensors.Blocks;

/// <summary>IQ4_NL, 18 bytes: half scale; 16 bytes of nibbles, low nibbles first; w = d v(q) with sixteen uneven values v.</summary>
internal readonly struct IQ4_NLFormat : IBlockFormat
{
    /// <inheritdoc/>
    public static DType Type => DType.IQ4_NL;

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
        FourBitCodes.Unpack(block[2..18], FourBitCodes.Nonlinear, codes);
    }
}
