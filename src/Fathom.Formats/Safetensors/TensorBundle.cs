using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fathom.Tensors;

namespace Fathom.Formats;

/// <summary>Named arrays to be written as one safetensors file. The arrays are not copied: they must not change before the file is written.</summary>
public sealed class TensorBundle
{
    private const int PieceBytes = 1 << 26;

    private readonly Dictionary<string, (SafetensorsEntry Entry, Array Values)> _tensors = new(StringComparer.Ordinal);

    /// <summary>Number of tensors.</summary>
    public int Count => _tensors.Count;

    /// <summary>Adds a tensor.</summary>
    /// <typeparam name="T">Element type: <see cref="float"/>, <see cref="double"/>, <see cref="Half"/>, <see cref="bool"/> or a whole number of 8 to 64 bits.</typeparam>
    /// <param name="name">Its name; each once.</param>
    /// <param name="values">Its elements, row-major.</param>
    /// <param name="shape">Its shape, outermost dimension first; none for one dimension of the array's length.</param>
    /// <returns>The same bundle.</returns>
    /// <exception cref="ArgumentException">The name is there already, the element type is not one of the format, or the shape does not hold as many elements as there are.</exception>
    public TensorBundle Add<T>(string name, T[] values, params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(values);
        return AddEntry(new SafetensorsEntry(name, TypeOf<T>(), shape.IsEmpty ? [values.LongLength] : [.. shape]), values, values.Length);
    }

    /// <summary>Adds a scalar, a tensor without dimensions.</summary>
    /// <typeparam name="T">Element type, as for arrays.</typeparam>
    /// <returns>The same bundle.</returns>
    /// <exception cref="ArgumentException">The name is there already, or the element type is not one of the format.</exception>
    public TensorBundle AddScalar<T>(string name, T value)
        where T : unmanaged
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return AddEntry(new SafetensorsEntry(name, TypeOf<T>(), []), new[] { value }, 1);
    }

    /// <summary>Gives the bytes of a tensor to <paramref name="writer"/> in pieces, since an array may have more than a span can.</summary>
    internal static void Write(SafetensorsEntry entry, Array values, SafetensorsWriter writer)
    {
        ref var start = ref MemoryMarshal.GetArrayDataReference(values);
        var length = entry.ByteLength;
        for (long offset = 0; offset < length; offset += PieceBytes)
            writer.Write(MemoryMarshal.CreateReadOnlySpan(ref Unsafe.AddByteOffset(ref start, (nint)offset), (int)Math.Min(PieceBytes, length - offset)));
    }

    internal IReadOnlyList<(SafetensorsEntry Entry, Array Values)> InFileOrder() =>
    [
        .. _tensors.Values.OrderByDescending(tensor => SafetensorsType.BytesOf(tensor.Entry.Type)).ThenBy(tensor => tensor.Entry.Name, StringComparer.Ordinal),
    ];

    private TensorBundle AddEntry(SafetensorsEntry entry, Array values, int count)
    {
        if (entry.ByteLength != (long)count * SafetensorsType.BytesOf(entry.Type))
            throw new ArgumentException($"shape [{string.Join(", ", entry.Shape)}] of '{entry.Name}' does not hold {count} elements", nameof(entry));
        if (!_tensors.TryAdd(entry.Name, (entry, values))) throw new ArgumentException($"tensor '{entry.Name}' was added already", nameof(entry));
        return this;
    }

    private static DType TypeOf<T>()
    {
        if (typeof(T) == typeof(float)) return DType.F32;
        if (typeof(T) == typeof(double)) return DType.F64;
        if (typeof(T) == typeof(Half)) return DType.F16;
        if (typeof(T) == typeof(long)) return DType.I64;
        if (typeof(T) == typeof(ulong)) return DType.U64;
        if (typeof(T) == typeof(int)) return DType.I32;
        if (typeof(T) == typeof(uint)) return DType.U32;
        if (typeof(T) == typeof(short)) return DType.I16;
        if (typeof(T) == typeof(ushort)) return DType.U16;
        if (typeof(T) == typeof(sbyte)) return DType.I8;
        if (typeof(T) == typeof(byte)) return DType.U8;
        return typeof(T) == typeof(bool) ? DType.Bool : throw new ArgumentException($"safetensors has no element type for {typeof(T).Name}", nameof(T));
    }
}
