using Fathom.Tensors.Kernels;

namespace Fathom.Tensors.Memory;

/// <summary>Floats rented from a <see cref="NativePool"/>.</summary>
internal sealed unsafe class PooledBuffer : DeviceBuffer
{
    private readonly NativePool _pool;
    private float* _pointer;

    /// <summary>Rents <paramref name="floats"/> floats, not cleared.</summary>
    public PooledBuffer(NativePool pool, long floats)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(floats);
        _pool = pool;
        Length = floats;
        _pointer = (float*)pool.Rent(checked(floats * sizeof(float)));
    }

    /// <inheritdoc/>
    public override float* Pointer => _pointer != null ? _pointer : throw new ObjectDisposedException(nameof(DeviceBuffer));

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    public override void Dispose()
    {
        var pointer = _pointer;
        _pointer = null;
        if (pointer != null)
        {
            _pool.Return(pointer, Length * sizeof(float));
        }
    }
}
