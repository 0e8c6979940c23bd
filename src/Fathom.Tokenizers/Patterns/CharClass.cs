namespace Fathom.Tokenizers.Patterns;

/// <summary>A set of code points. Membership is worked out once per block of 256 and then looked up.</summary>
internal sealed class CharClass
{
    private readonly Func<int, bool> _contains;
    private readonly ulong[]?[] _blocks = new ulong[0x1100][];

    /// <summary>Creates the set from a test.</summary>
    public CharClass(Func<int, bool> contains)
    {
        _contains = contains;
        for (var c = 0; c < 128; c++)
        {
            if (contains(c))
                Ascii |= UInt128.One << c;
        }
    }

    /// <summary>The ASCII characters in the set, a bit each.</summary>
    public UInt128 Ascii { get; }

    /// <summary>A set of one code point.</summary>
    public static CharClass Single(int codePoint) => new(c => c == codePoint);

    /// <summary>Whether a code point is in the set.</summary>
    public bool Contains(int codePoint)
    {
        var block = _blocks[codePoint >> 8] ?? Fill(codePoint >> 8);
        return ((block[(codePoint >> 6) & 3] >> (codePoint & 63)) & 1) != 0;
    }

    private ulong[] Fill(int index)
    {
        var block = new ulong[4];
        for (var i = 0; i < 256; i++)
        {
            if (_contains((index << 8) + i))
                block[i >> 6] |= 1UL << (i & 63);
        }

        return _blocks[index] = block;
    }
}
