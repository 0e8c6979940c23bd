using Fathom.Tensors;

namespace Fathom.Formats;

/// <summary>The memory that tensors are views of. Its place in the file is known at once in ZIP archives, at the end in the older format.</summary>
internal sealed class PickleStorage(string key, DType type, long elements)
{
    public string Key { get; } = key;

    /// <summary>Element type; U8 for storages without one.</summary>
    public DType Type { get; } = type;

    public long Elements { get; } = elements;

    public long ByteLength => checked(Elements * DTypeInfo.Of(Type).BytesPerBlock);

    /// <summary>First byte in the file.</summary>
    public long Start { get; set; } = -1;
}
