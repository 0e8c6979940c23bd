namespace Fathom.Tensors.Kernels;

/// <summary>Floats from a device's pool, 64-byte aligned; disposing gives them back.</summary>
internal abstract unsafe class DeviceBuffer : IDisposable
{
    /// <summary>Address of the first float.</summary>
    public abstract float* Pointer { get; }

    /// <summary>Number of floats.</summary>
    public abstract long Length { get; }

    /// <summary>The floats as a span (CPU devices; at most 2^31-1).</summary>
    public Span<float> Span => new(Pointer, checked((int)Length));

    /// <inheritdoc/>
    public abstract void Dispose();
}
