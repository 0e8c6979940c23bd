using Fathom.Models.Blocks;
using Fathom.Tensors.Kernels;

namespace Fathom.Models.Encoders.Blocks;

/// <summary>DeBERTa's rows by relative position, <c>[2 span, width]</c>, normed where the family does so; made once, when first asked for.</summary>
internal sealed unsafe class RelativeRows(PackedMatrix table, INorm? norm) : IDisposable
{
    private DeviceBuffer? _rows;

    /// <summary>Number of rows.</summary>
    public int Count => table.Outputs;

    /// <summary>Numbers in a row.</summary>
    public int Width => table.Inputs;

    /// <summary>The rows.</summary>
    public float* Get(IKernels kernels)
    {
        if (_rows is not null) return _rows.Pointer;
        var rows = kernels.Allocate((long)Count * Width);
        var ids = stackalloc int[1];
        for (ids[0] = 0; ids[0] < Count; ids[0]++) kernels.Embed(table, ids, 1, rows.Pointer + (long)ids[0] * Width, Width);
        norm?.Apply(kernels, rows.Pointer, Count, rows.Pointer);
        _rows = rows;
        return rows.Pointer;
    }

    /// <inheritdoc/>
    public void Dispose() => _rows?.Dispose();
}
