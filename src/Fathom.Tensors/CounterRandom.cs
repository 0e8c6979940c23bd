namespace Fathom.Tensors;

/// <summary>
/// Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3",
/// SC 2011). The n-th number depends on seed, stream and n alone, so that parallel or resumed work draws the same.
/// Not for several threads at once: give each its own stream.
/// </summary>
public sealed class CounterRandom
{
    private readonly ulong _seed;
    private readonly ulong _stream;
    private ulong _block;
    private (uint A, uint B, uint C, uint D) _numbers;
    private int _used = 4;

    /// <summary>Starts at the first number of stream <paramref name="stream"/> of <paramref name="seed"/>; streams are independent.</summary>
    public CounterRandom(ulong seed, ulong stream = 0)
    {
        _seed = seed;
        _stream = stream;
    }

    /// <summary>32-bit numbers drawn so far. Setting it moves to any place at once.</summary>
    public ulong Position
    {
        get => unchecked(4 * _block - (ulong)(4 - _used));
        set
        {
            _block = value / 4;
            _used = 4;
            for (var i = value % 4; i > 0; i--)
            {
                _ = NextUInt32();
            }
        }
    }

    /// <summary>Philox4x32-10 of one counter under one key: the generator itself, without state.</summary>
    public static (uint A, uint B, uint C, uint D) Philox((uint A, uint B, uint C, uint D) counter, (uint A, uint B) key)
    {
        var (a, b, c, d) = counter;
        var (keyA, keyB) = key;
        for (var round = 0; round < 10; round++)
        {
            var first = 0xD2511F53UL * a;
            var second = 0xCD9E8D57UL * c;
            (a, b, c, d) = ((uint)(second >> 32) ^ b ^ keyA, (uint)second, (uint)(first >> 32) ^ d ^ keyB, (uint)first);
            keyA = unchecked(keyA + 0x9E3779B9);
            keyB = unchecked(keyB + 0xBB67AE85);
        }

        return (a, b, c, d);
    }

    /// <summary>The next 32 bits.</summary>
    public uint NextUInt32()
    {
        if (_used == 4)
        {
            _numbers = Philox(((uint)_block, (uint)(_block >> 32), (uint)_stream, (uint)(_stream >> 32)), ((uint)_seed, (uint)(_seed >> 32)));
            _block = unchecked(_block + 1);
            _used = 0;
        }

        return _used++ switch
        {
            0 => _numbers.A,
            1 => _numbers.B,
            2 => _numbers.C,
            _ => _numbers.D,
        };
    }

    /// <summary>The next 64 bits: two draws, the first one high.</summary>
    public ulong NextUInt64() => (ulong)NextUInt32() << 32 | NextUInt32();

    /// <summary>Uniform in [0, 1), a multiple of 2^-24.</summary>
    public float NextSingle() => (NextUInt32() >> 8) * (1f / (1 << 24));

    /// <summary>Uniform in [0, 1), a multiple of 2^-53.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in 0..<paramref name="bound"/> - 1 without bias (Lemire's multiply and reject).</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is not positive.</exception>
    public int NextInt32(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        var threshold = unchecked((uint)-bound) % (uint)bound;
        while (true)
        {
            var product = (ulong)NextUInt32() * (uint)bound;
            if ((uint)product >= threshold)
            {
                return (int)(product >> 32);
            }
        }
    }

    /// <summary>Standard normal by the inverse-free polar method of Marsaglia with our own logarithm; two uniforms a try, one result used.</summary>
    public double NextNormal()
    {
        while (true)
        {
            var u = 2 * NextDouble() - 1;
            var v = 2 * NextDouble() - 1;
            var square = u * u + v * v;
            if (square < 1 && square > 0)
            {
                return u * Math.Sqrt(-2 * Kernels.Scalar.ScalarMath.Log(square) / square);
            }
        }
    }

    /// <summary>Shuffles in place (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = NextInt32(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
