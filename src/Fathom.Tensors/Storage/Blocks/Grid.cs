using System.Buffers.Binary;
using System.Numerics;

namespace Fathom.Tensors.Blocks;

/// <summary>
/// A codebook of GGUF's IQ types: magnitudes (or -1, 0, 1) of four or eight neighbours for every index. The values are facts of the
/// format, taken from ggml-common.h by <c>eng/make_block_grids.py</c>.
/// </summary>
internal sealed class Grid
{
    private readonly sbyte[] _values;

    private Grid(int firstEntry, int entries, int width, ReadOnlySpan<sbyte> levels)
    {
        Width = width;
        _values = new sbyte[entries * width];
        var bits = width == 8 ? 2 : 3;
        var packed = Packed();
        for (var entry = 0; entry < entries; entry++)
        {
            var word = BinaryPrimitives.ReadUInt16LittleEndian(packed.AsSpan(2 * (firstEntry + entry)));
            for (var i = 0; i < width; i++) _values[entry * width + i] = levels[(word >> (bits * i)) & ((1 << bits) - 1)];
        }
    }

    /// <summary>IQ2_XXS: 256 entries of eight.</summary>
    public static Grid Iq2Xxs { get; } = new(0, 256, 8, [8, 25, 43]);

    /// <summary>IQ2_XS: 512 entries of eight.</summary>
    public static Grid Iq2Xs { get; } = new(256, 512, 8, [8, 25, 43]);

    /// <summary>IQ2_S: 1,024 entries of eight.</summary>
    public static Grid Iq2S { get; } = new(768, 1024, 8, [8, 25, 43]);

    /// <summary>IQ1_S and IQ1_M: 2,048 entries of eight.</summary>
    public static Grid Iq1 { get; } = new(1792, 2048, 8, [-1, 0, 1]);

    /// <summary>IQ3_XXS: 256 entries of four.</summary>
    public static Grid Iq3Xxs { get; } = new(3840, 256, 4, [4, 12, 20, 28, 36, 44, 52, 62]);

    /// <summary>IQ3_S: 512 entries of four.</summary>
    public static Grid Iq3S { get; } = new(4096, 512, 4, [1, 3, 5, 7, 9, 11, 13, 15]);

    /// <summary>Values of an entry.</summary>
    public int Width { get; }

    /// <summary>The values of one entry.</summary>
    public ReadOnlySpan<sbyte> this[int entry] => _values.AsSpan(entry * Width, Width);

    /// <summary>Eight signs out of seven bits: the eighth makes their number even.</summary>
    public static int EvenSigns(uint sevenBits) => (int)(sevenBits | (uint)(BitOperations.PopCount(sevenBits) & 1) << 7);

    /// <summary>Copies an entry; a set bit of <paramref name="signs"/> negates its value.</summary>
    public void CopyTo(int entry, int signs, Span<sbyte> codes)
    {
        var values = this[entry];
        for (var i = 0; i < values.Length; i++) codes[i] = (signs >> i & 1) != 0 ? (sbyte)-values[i] : values[i];
    }

    private static byte[] Packed()
    {
        using var stream = typeof(Grid).Assembly.GetManifestResourceStream("Fathom.Tensors.grids.bin")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
