using System.Collections.Immutable;

namespace Fathom.Tensors;

/// <summary>
/// A tensor as it lies in a mapped file: type, shape and the address of its bytes, never a copy. It is valid while its
/// <see cref="Owner"/> (the mapped file) is not disposed.
/// </summary>
public sealed unsafe class StoredTensor
{
    /// <summary>Describes <paramref name="byteLength"/> bytes at <paramref name="data"/>; the reader of the file has checked them.</summary>
    public StoredTensor(string name, DType type, ImmutableArray<long> shape, byte* data, long byteLength, object owner)
    {
        Name = name;
        Type = type;
        Shape = shape;
        Data = data;
        ByteLength = byteLength;
        Owner = owner;
    }

    /// <summary>Name in the file.</summary>
    public string Name { get; }

    /// <summary>How the elements are stored.</summary>
    public DType Type { get; }

    /// <summary>Row-major shape, outermost dimension first: a linear layer's weight is <c>[outputs, inputs]</c> (GGUF's order reversed).</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>Address of the first byte. Not necessarily aligned.</summary>
    public byte* Data { get; }

    /// <summary>Number of bytes at <see cref="Data"/>.</summary>
    public long ByteLength { get; }

    /// <summary>Keeps the mapping alive while the tensor is referenced.</summary>
    public object Owner { get; }

    /// <summary>Number of elements.</summary>
    public long ElementCount
    {
        get
        {
            long count = 1;
            foreach (var dimension in Shape)
            {
                count = checked(count * dimension);
            }

            return count;
        }
    }
}
