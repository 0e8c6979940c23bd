using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Fathom.Formats;

/// <summary>Metadata for a GGUF file to be written, in the order in which it is added; each key once.</summary>
public sealed class GgufMetadataBuilder
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);

    /// <summary>Number of keys.</summary>
    public int Count => _keys.Count;

    /// <summary>The keys and values as the file holds them.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    /// <summary>Whether a key was added.</summary>
    public bool Contains(string key) => _keys.Contains(key);

    /// <summary>Adds a text.</summary>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The key was added already.</exception>
    public GgufMetadataBuilder Add(string key, string value)
    {
        Key(key, GgufValueKind.String);
        Text(Encoding.UTF8.GetBytes(value));
        return this;
    }

    /// <summary>Adds an unsigned 32-bit number, the kind that most counts and ids have.</summary>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The key was added already, or the number is negative.</exception>
    public GgufMetadataBuilder Add(string key, long value)
    {
        if (value is < 0 or > uint.MaxValue) throw new ArgumentException($"'{key}' is {value}, not an unsigned 32-bit number", nameof(value));
        Key(key, GgufValueKind.UInt32);
        UInt32((uint)value);
        return this;
    }

    /// <summary>Adds a number in single precision.</summary>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The key was added already.</exception>
    public GgufMetadataBuilder Add(string key, float value)
    {
        Key(key, GgufValueKind.Float32);
        UInt32(BitConverter.SingleToUInt32Bits(value));
        return this;
    }

    /// <summary>Adds a truth value.</summary>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The key was added already.</exception>
    public GgufMetadataBuilder Add(string key, bool value)
    {
        Key(key, GgufValueKind.Bool);
        _bytes.Write([(byte)(value ? 1 : 0)]);
        return this;
    }

    /// <summary>Adds an array of texts.</summary>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The key was added already.</exception>
    public GgufMetadataBuilder Add(string key, IReadOnlyList<string> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Array(key, GgufValueKind.String, values.Count);
        foreach (var value in values) Text(Encoding.UTF8.GetBytes(value));
        return this;
    }

    /// <summary>Adds an array of signed 32-bit numbers.</summary>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The key was added already.</exception>
    public GgufMetadataBuilder Add(string key, ReadOnlySpan<int> values)
    {
        Array(key, GgufValueKind.Int32, values.Length);
        _bytes.Write(MemoryMarshal.AsBytes(values));
        return this;
    }

    /// <summary>Adds an array of truth values.</summary>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The key was added already.</exception>
    public GgufMetadataBuilder Add(string key, ReadOnlySpan<bool> values)
    {
        Array(key, GgufValueKind.Bool, values.Length);
        _bytes.Write(MemoryMarshal.AsBytes(values));
        return this;
    }

    /// <summary>Adds an array of numbers in single precision.</summary>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The key was added already.</exception>
    public GgufMetadataBuilder Add(string key, ReadOnlySpan<float> values)
    {
        Array(key, GgufValueKind.Float32, values.Length);
        _bytes.Write(MemoryMarshal.AsBytes(values));
        return this;
    }

    /// <summary>Adds a value of another file as it stands there, whatever its kind.</summary>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The key was added already.</exception>
    public GgufMetadataBuilder Add(string key, GgufValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Key(key, value.Kind);
        _bytes.Write(value.Encoded());
        return this;
    }

    private void Key(string key, GgufValueKind kind)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (Encoding.UTF8.GetByteCount(key) > GgufHeader.LongestName) throw new ArgumentException($"the key is longer than {GgufHeader.LongestName} bytes", nameof(key));
        if (!_keys.Add(key)) throw new ArgumentException($"metadata '{key}' was added already", nameof(key));
        Text(Encoding.UTF8.GetBytes(key));
        UInt32((uint)kind);
    }

    private void Array(string key, GgufValueKind kind, int count)
    {
        Key(key, GgufValueKind.Array);
        UInt32((uint)kind);
        UInt64((ulong)count);
    }

    private void Text(ReadOnlySpan<byte> utf8)
    {
        UInt64((ulong)utf8.Length);
        _bytes.Write(utf8);
    }

    private void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.GetSpan(4), value);
        _bytes.Advance(4);
    }

    private void UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.GetSpan(8), value);
        _bytes.Advance(8);
    }
}
