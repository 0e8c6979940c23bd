using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fathom.Tensors;

namespace Fathom.Models.Conversion;

/// <summary>A tensor that was computed, in memory that does not move.</summary>
internal sealed unsafe class OwnedTensor : IDisposable
{
    private GCHandle _handle;

    public OwnedTensor(string name, float[] values, ImmutableArray<long> shape)
    {
        _handle = GCHandle.Alloc(values, GCHandleType.Pinned);
        Tensor = new StoredTensor(name, DType.F32, shape, (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(values)), values.LongLength * sizeof(float), values);
    }

    public StoredTensor Tensor { get; }

    public void Dispose()
    {
        if (_handle.IsAllocated) _handle.Free();
    }
}
