using Fathom.Tensors.Memory;

namespace Fathom.Tensors.Kernels;

/// <summary>
/// Keys and values in blocks of 64 positions: per head keys as <c>[headDim, 64]</c> (a row of queries or a row of keys can
/// be the vector) and values as <c>[64, headDim rounded up to 16]</c>, padding and unused positions zero. Growing never moves anything.
/// </summary>
internal sealed unsafe class KeyValueBlocks : AttentionCache
{
    /// <summary>Positions in a block.</summary>
    public const int Keys = 64;

    private readonly NativePool _pool;
    private readonly List<nint> _blocks = [];
    private readonly long _headFloats;
    private int _length;

    public KeyValueBlocks(NativePool pool, int keyValueHeads, int headDim)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keyValueHeads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(headDim, 1);
        _pool = pool;
        KeyValueHeads = keyValueHeads;
        HeadDim = headDim;
        ValueStride = (headDim + 15) / 16 * 16;
        _headFloats = checked((long)Keys * (headDim + ValueStride));
    }

    /// <summary>Heads of keys and values.</summary>
    public int KeyValueHeads { get; }

    /// <summary>Numbers in a head.</summary>
    public int HeadDim { get; }

    /// <summary>Floats from one position's values to the next.</summary>
    public int ValueStride { get; }

    /// <inheritdoc/>
    public override int Length => _length;

    /// <inheritdoc/>
    public override long ByteLength => _blocks.Count * BlockBytes;

    private long BlockBytes => checked(KeyValueHeads * _headFloats * sizeof(float));

    /// <summary>Keys of a head in a block: number d of position j at <c>[d * 64 + j]</c>.</summary>
    public float* KeyBlock(int block, int head) => (float*)_blocks[block] + head * _headFloats;

    /// <summary>Values of a head in a block: number d of position j at <c>[j * ValueStride + d]</c>.</summary>
    public float* ValueBlock(int block, int head) => KeyBlock(block, head) + Keys * HeadDim;

    /// <inheritdoc/>
    public override void Append(float* keys, int keyStride, float* values, int valueStride, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        while ((long)_blocks.Count * Keys < checked(_length + rows))
        {
            var block = (float*)_pool.Rent(BlockBytes);
            new Span<byte>(block, checked((int)BlockBytes)).Clear();
            _blocks.Add((nint)block);
        }

        for (var row = 0; row < rows; row++, _length++, keys += keyStride, values += valueStride)
        {
            var j = _length % Keys;
            for (var head = 0; head < KeyValueHeads; head++)
            {
                var to = KeyBlock(_length / Keys, head) + j;
                var from = keys + head * HeadDim;
                for (var d = 0; d < HeadDim; d++)
                {
                    to[d * Keys] = from[d];
                }

                new ReadOnlySpan<float>(values + head * HeadDim, HeadDim).CopyTo(new Span<float>(ValueBlock(_length / Keys, head) + j * ValueStride, HeadDim));
            }
        }
    }

    /// <inheritdoc/>
    public override void Truncate(int length)
    {
        if (length < 0 || length > _length)
        {
            throw new ArgumentOutOfRangeException(nameof(length), length, $"The cache holds {_length} positions.");
        }

        var kept = (length + Keys - 1) / Keys;
        while (_blocks.Count > kept)
        {
            _pool.Return((void*)_blocks[^1], BlockBytes);
            _blocks.RemoveAt(_blocks.Count - 1);
        }

        // Unused positions hold zeros, so that a wide kernel may multiply them by zero.
        for (var position = length; position < Math.Min(_length, kept * Keys); position++)
        {
            for (var head = 0; head < KeyValueHeads; head++)
            {
                new Span<float>(ValueBlock(position / Keys, head) + position % Keys * ValueStride, ValueStride).Clear();
            }
        }

        _length = length;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var block in _blocks)
        {
            _pool.Return((void*)block, BlockBytes);
        }

        _blocks.Clear();
        _length = 0;
    }
}
