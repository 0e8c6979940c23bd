using System.Buffers.Binary;

namespace Fathom.Tokenizers.Normalizers;

/// <summary>
/// SentencePiece's compiled character map: a double-array trie over UTF-8 bytes whose values point into a block of replacements.
/// Each unit of 32 bits: bits 0 to 7 and 31 label, bit 8 "has a value", bit 9 and bits 10 to 30 the offset to the children; the value
/// of a leaf is its low 31 bits.
/// </summary>
internal sealed class CharacterMap
{
    private readonly uint[] _units;
    private readonly byte[] _replacements;

    /// <summary>Reads the map.</summary>
    /// <param name="data">Size of the trie in bytes (32 bits, little-endian), the trie, the replacements each ended by a zero.</param>
    /// <param name="source">The file's name, for messages.</param>
    public CharacterMap(ReadOnlySpan<byte> data, string source)
    {
        var size = data.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(data) : 0;
        if (size == 0 || size % 4 != 0 || size > (uint)Math.Max(0, data.Length - 4))
            throw new FathomException($"{source}: the precompiled character map says its trie has {size} bytes and there are {data.Length} in all. The file is damaged.");
        _units = new uint[size / 4];
        for (var i = 0; i < _units.Length; i++)
            _units[i] = BinaryPrimitives.ReadUInt32LittleEndian(data[(4 + i * 4)..]);
        _replacements = data[(4 + (int)size)..].ToArray();
    }

    /// <summary>The replacement of the shortest or longest prefix of a text that the map knows.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="longest">Whether the longest prefix counts, else the shortest.</param>
    /// <param name="length">Length of the prefix in bytes.</param>
    /// <param name="replacement">The replacement's UTF-8.</param>
    public bool TryFind(ReadOnlySpan<byte> utf8, bool longest, out int length, out ReadOnlySpan<byte> replacement)
    {
        length = 0;
        replacement = default;
        uint value = 0;
        var position = 0u ^ Offset(_units[0]);
        for (var i = 0; i < utf8.Length && utf8[i] != 0; i++)
        {
            position ^= utf8[i];
            if (position >= (uint)_units.Length)
                break;
            var unit = _units[position];
            if ((unit & 0x800000FF) != utf8[i])
                break;
            position ^= Offset(unit);
            if (((unit >> 8) & 1) == 0)
                continue;
            if (position >= (uint)_units.Length)
                break;
            value = _units[position] & 0x7FFFFFFF;
            length = i + 1;
            if (!longest)
                break;
        }

        if (length == 0 || value >= (uint)_replacements.Length)
            return length > 0 && value == (uint)_replacements.Length;
        var rest = _replacements.AsSpan((int)value);
        var end = rest.IndexOf((byte)0);
        replacement = end < 0 ? rest : rest[..end];
        return true;
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & 0x200) >> 6);
}
