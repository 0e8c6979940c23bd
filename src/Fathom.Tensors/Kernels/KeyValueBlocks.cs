using Fathom.Tensors.Memory;

namespace Fathom.Tensors.Kernels;

/// <summary>
/// Keys and values in blocks of 64 positions, laid out as panels of a matrix product: per head the keys as two panels
/// <c>[headDim, 32 positions]</c> and the values as panels <c>[64 positions, 32 numbers]</c>, padding and unused positions zero.
/// Growing never moves anything.
/// </summary>
internal sealed unsafe class KeyValueBlocks : AttentionCache
{
    /// <summary>Positions in a block.</summary>
    public const int Keys = 64;

    private readonly NativePool _pool;
    private nint* _blocks;
    private int _count;
    private int _capacity;
    private readonly long _headFloats;
    private int _length;

    public KeyValueBlocks(NativePool pool, int keyValueHeads, int headDim)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keyValueHeads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(headDim, 1);
        _pool = pool;
        KeyValueHeads = keyValueHeads;
        HeadDim = headDim;
        ValuePanels = (headDim + 31) / 32;
        _headFloats = checked((long)Keys * (headDim + 32 * ValuePanels));
    }

    /// <summary>Heads of keys and values.</summary>
    public int KeyValueHeads { get; }

    /// <summary>Numbers in a head.</summary>
    public int HeadDim { get; }

    /// <summary>Panels of 32 numbers that hold a head's values.</summary>
    public int ValuePanels { get; }

    /// <summary>Addresses of the blocks; valid until the cache next changes.</summary>
    public nint* Blocks => _blocks;

    /// <summary>Floats of one head in a block: its keys, then its values.</summary>
    public long HeadFloats => _headFloats;

    /// <inheritdoc/>
    public override int Length => _length;

    /// <inheritdoc/>
    public override long ByteLength => _count * BlockBytes;

    private long BlockBytes => checked(KeyValueHeads * _headFloats * sizeof(float));

    /// <summary>Address of number <paramref name="d"/> of a position's key.</summary>
    public float* Key(int position, int head, int d) => Head(position, head) + (position % Keys / 32 * HeadDim + d) * 32 + position % 32;

    /// <summary>Address of number <paramref name="d"/> of a position's value.</summary>
    public float* Value(int position, int head, int d) => Head(position, head) + Keys * HeadDim + (d / 32 * Keys + position % Keys) * 32 + d % 32;

    /// <inheritdoc/>
    public override void Append(float* keys, int keyStride, float* values, int valueStride, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        while ((long)_count * Keys < checked(_length + rows))
        {
            AddBlock();
        }

        for (var row = 0; row < rows; row++, _length++, keys += keyStride, values += valueStride)
        {
            for (var head = 0; head < KeyValueHeads; head++)
            {
                var from = keys + head * HeadDim;
                var to = Key(_length, head, 0);
                for (var d = 0; d < HeadDim; d++)
                {
                    to[d * 32] = from[d];
                }

                for (var d = 0; d < HeadDim; d += 32)
                {
                    var count = Math.Min(32, HeadDim - d);
                    new ReadOnlySpan<float>(values + head * HeadDim + d, count).CopyTo(new Span<float>(Value(_length, head, d), count));
                }
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
        while (_count > kept)
        {
            _pool.Return((void*)_blocks[--_count], BlockBytes);
        }

        // Unused positions hold zeros, so that a wide kernel may multiply them by zero.
        for (var position = length; position < Math.Min(_length, kept * Keys); position++)
        {
            for (var head = 0; head < KeyValueHeads; head++)
            {
                for (var d = 0; d < HeadDim; d += 32)
                {
                    new Span<float>(Value(position, head, d), 32).Clear();
                }
            }
        }

        _length = length;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        while (_count > 0)
        {
            _pool.Return((void*)_blocks[--_count], BlockBytes);
        }

        if (_blocks != null)
        {
            _pool.Return(_blocks, _capacity * (long)sizeof(nint));
            _blocks = null;
            _capacity = 0;
        }

        _length = 0;
    }

    private float* Head(int position, int head) => (float*)_blocks[position / Keys] + head * _headFloats;

    private void AddBlock()
    {
        if (_count == _capacity)
        {
            var capacity = Math.Max(32, 2 * _capacity);
            var blocks = (nint*)_pool.Rent(capacity * (long)sizeof(nint));
            if (_blocks != null)
            {
                new ReadOnlySpan<nint>(_blocks, _count).CopyTo(new Span<nint>(blocks, _count));
                _pool.Return(_blocks, _capacity * (long)sizeof(nint));
            }

            _blocks = blocks;
            _capacity = capacity;
        }

        var block = _pool.Rent(BlockBytes);
        new Span<byte>(block, checked((int)BlockBytes)).Clear();
        _blocks[_count++] = (nint)block;
    }
}
