using Fathom.Models.Blocks;
using Fathom.Tensors;
using Fathom.Tensors.Kernels;

namespace Fathom.Models.Encoders.Blocks;

/// <summary>
/// The relative rows through a layer's projection, one matrix <c>[2 span, headDim]</c> a head. They do not depend on the text, so they
/// are made once, when first asked for.
/// </summary>
internal sealed unsafe class RelativeProjection(RelativeRows rows, Projection projection, int heads, int headDim) : IDisposable
{
    private readonly List<DeviceBuffer> _buffers = [];
    private PackedMatrix[] _byHead = [];

    /// <summary>What a head's queries or keys are multiplied with.</summary>
    public PackedMatrix Head(IKernels kernels, int head)
    {
        if (_byHead.Length == 0) Make(kernels);
        return _byHead[head];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var matrix in _byHead) matrix.Dispose();
        foreach (var buffer in _buffers) buffer.Dispose();
        _byHead = [];
        _buffers.Clear();
    }

    private void Make(IKernels kernels)
    {
        var width = heads * headDim;
        using var all = kernels.Allocate((long)rows.Count * width);
        projection.Apply(kernels, rows.Get(kernels), rows.Count, all.Pointer);
        var made = new PackedMatrix[heads];
        for (var head = 0; head < heads; head++)
        {
            var buffer = kernels.Allocate((long)rows.Count * headDim);
            _buffers.Add(buffer);
            for (var row = 0; row < rows.Count; row++)
                new ReadOnlySpan<float>(all.Pointer + (long)row * width + head * headDim, headDim).CopyTo(new Span<float>(buffer.Pointer + (long)row * headDim, headDim));
            made[head] = kernels.Pack(new StoredTensor("relative positions", DType.F32, [rows.Count, headDim], (byte*)buffer.Pointer, (long)rows.Count * headDim * sizeof(float), buffer));
        }

        _byHead = made;
    }
}
