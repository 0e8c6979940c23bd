namespace Fathom.Tensors.Kernels;

/// <summary>Keys and values of one sequence in one layer; the layout in memory is the device's own.</summary>
internal abstract unsafe class AttentionCache : IDisposable
{
    /// <summary>Number of positions held.</summary>
    public abstract int Length { get; }

    /// <summary>Bytes held.</summary>
    public abstract long ByteLength { get; }

    /// <summary>Appends <paramref name="rows"/> rows of keys and values <c>[rows, keyValueHeads, headDim]</c>.</summary>
    public abstract void Append(float* keys, int keyStride, float* values, int valueStride, int rows);

    /// <summary>Forgets all positions from <paramref name="length"/> on.</summary>
    public abstract void Truncate(int length);

    /// <inheritdoc/>
    public abstract void Dispose();
}
