namespace Fathom.Insight.Numerics;

/// <summary>
/// MT19937 (M. Matsumoto and T. Nishimura, 1998), seeded and drawn from as numpy's legacy generator does, to make published splits
/// again. For nothing else: Fathom's own draws are counter-based.
/// </summary>
internal sealed class MersenneTwister
{
    private const int Length = 624;
    private const int Middle = 397;
    private readonly uint[] _state = new uint[Length];
    private int _place = Length;

    public MersenneTwister(uint seed)
    {
        _state[0] = seed;
        for (var i = 1; i < Length; i++)
        {
            var before = _state[i - 1];
            _state[i] = unchecked(1812433253 * (before ^ (before >> 30)) + (uint)i);
        }
    }

    /// <summary>A whole number from 0 to <paramref name="most"/>, by masking and rejecting.</summary>
    public uint UpTo(uint most)
    {
        if (most == 0) return 0;
        var mask = uint.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount(most);
        while (true)
        {
            var value = Next() & mask;
            if (value <= most) return value;
        }
    }

    /// <summary>Shuffles from the end (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (var i = values.Length - 1; i >= 1; i--)
        {
            var j = (int)UpTo((uint)i);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    private uint Next()
    {
        if (_place == Length) Refill();
        var y = _state[_place++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C5680;
        y ^= (y << 15) & 0xEFC60000;
        return y ^ (y >> 18);
    }

    private void Refill()
    {
        for (var i = 0; i < Length; i++)
        {
            var y = (_state[i] & 0x80000000) | (_state[(i + 1) % Length] & 0x7FFFFFFF);
            _state[i] = _state[(i + Middle) % Length] ^ (y >> 1) ^ ((y & 1) == 0 ? 0 : 0x9908B0DF);
        }

        _place = 0;
    }
}
