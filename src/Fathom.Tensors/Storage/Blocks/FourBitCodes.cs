namespace Fathom.Tensors.Blocks;

/// <summary>The sixteen values that a 4-bit code stands for in types that are not evenly spaced.</summary>
internal static class FourBitCodes
{
    /// <summary>IQ4_NL and IQ4_XS (kvalues_iq4nl in ggml-common.h).</summary>
    public static ReadOnlySpan<sbyte> Nonlinear => [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

    /// <summary>Twice the value of an E2M1 number (OCP Microscaling Formats 1.0, 5.3.3): MXFP4 and NVFP4.</summary>
    public static ReadOnlySpan<sbyte> TwiceE2M1 => [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

    /// <summary>Takes nibbles apart, the low ones first, then the high ones.</summary>
    public static void Unpack(ReadOnlySpan<byte> nibbles, ReadOnlySpan<sbyte> values, Span<sbyte> codes)
    {
        for (var i = 0; i < nibbles.Length; i++)
        {
            codes[i] = values[nibbles[i] & 15];
            codes[nibbles.Length + i] = values[nibbles[i] >> 4];
        }
    }
}
