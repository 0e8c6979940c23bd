using Fathom.Tensors.Kernels;

namespace Fathom.Models.Blocks;

/// <summary>A norm's weight or a bias, in fp32 on the device.</summary>
internal sealed unsafe class WeightVector : IDisposable
{
    private readonly DeviceBuffer _buffer;

    /// <summary>Copies the values, or those that <paramref name="order"/> lists.</summary>
    public WeightVector(IKernels kernels, ReadOnlySpan<float> values, int[]? order = null)
    {
        Length = order?.Length ?? values.Length;
        _buffer = kernels.Allocate(Length);
        for (var i = 0; i < Length; i++) _buffer.Pointer[i] = values[order is null ? i : order[i]];
    }

    /// <summary>Number of values.</summary>
    public int Length { get; }

    /// <summary>Address of the first.</summary>
    public float* Pointer => _buffer.Pointer;

    /// <summary>The values.</summary>
    public ReadOnlySpan<float> Values => new(Pointer, Length);

    /// <inheritdoc/>
    public void Dispose() => _buffer.Dispose();
}
