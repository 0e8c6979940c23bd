using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Fathom.Formats;

/// <summary>
/// Writes a GGUF file (version 3, little-endian, tensors at multiples of 32 bytes) as its tensors come: metadata and the list of
/// tensors are told first, then the bytes follow in that order, in pieces of any length. The file appears, whole, when
/// <see cref="Complete"/> is called.
/// </summary>
public sealed class GgufWriter : IDisposable
{
    private const uint Version = 3;
    private const int Alignment = GgufHeader.DefaultAlignment;
    private static readonly byte[] Zeros = new byte[Alignment];

    private readonly AtomicFile _file;
    private readonly IReadOnlyList<GgufEntry> _entries;
    private int _current;
    private long _left;

    private GgufWriter(AtomicFile file, IReadOnlyList<GgufEntry> entries)
    {
        _file = file;
        _entries = entries;
        _current = -1;
        Advance();
    }

    /// <summary>Starts a file.</summary>
    /// <param name="path">Its name; an old file of that name stays until <see cref="Complete"/>.</param>
    /// <param name="metadata">Keys and values; without <c>general.alignment</c>.</param>
    /// <param name="entries">The tensors in the order in which they will be written.</param>
    /// <exception cref="FathomException">A name is there twice, a size is impossible, or the file cannot be written.</exception>
    public static GgufWriter Create(string path, GgufMetadataBuilder metadata, IReadOnlyList<GgufEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(entries);
        var head = Head(path, metadata, entries);
        var file = AtomicFile.Create(path);
        try
        {
            file.Stream.Write(head);
            return new GgufWriter(file, entries);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes the next bytes; a piece may end within a tensor or go on into the next.</summary>
    /// <exception cref="FathomException">They are more than the tensors take, or cannot be written.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_current == _entries.Count) throw new FathomException($"{_file.Path}: more bytes than its {_entries.Count} tensors take were written");
            var length = (int)Math.Min(bytes.Length, _left);
            _file.Stream.Write(bytes[..length]);
            bytes = bytes[length..];
            _left -= length;
            if (_left == 0)
            {
                Pad(_entries[_current].ByteLength);
                Advance();
            }
        }
    }

    /// <summary>Flushes the file to the disk and gives it its name.</summary>
    /// <exception cref="FathomException">A tensor is not complete, or the disk refuses; the old file is unchanged.</exception>
    public void Complete()
    {
        if (_current < _entries.Count) throw new FathomException($"{_file.Path}: tensor {FileErrors.Quote(_entries[_current].Name)} is not complete: {_left} bytes are missing");
        _file.Commit();
    }

    /// <summary>Forgets the file, unless it is complete.</summary>
    public void Dispose() => _file.Dispose();

    private static byte[] Head(string path, GgufMetadataBuilder metadata, IReadOnlyList<GgufEntry> entries)
    {
        var head = new ArrayBufferWriter<byte>();
        void UInt32(uint value)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(head.GetSpan(4), value);
            head.Advance(4);
        }

        void UInt64(ulong value)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(head.GetSpan(8), value);
            head.Advance(8);
        }

        if (metadata.Contains("general.alignment")) throw new FathomException($"{path}: general.alignment is not for callers to set, it is always {Alignment}");
        head.Write("GGUF"u8);
        UInt32(Version);
        UInt64((ulong)entries.Count);
        UInt64((ulong)metadata.Count);
        head.Write(metadata.Bytes);
        var names = new HashSet<string>(StringComparer.Ordinal);
        long offset = 0;
        foreach (var entry in entries)
        {
            if (!names.Add(entry.Name)) throw new FathomException($"{path}: tensor name {FileErrors.Quote(entry.Name)} is there twice");
            var name = Encoding.UTF8.GetBytes(entry.Name);
            UInt64((ulong)name.Length);
            head.Write(name);
            UInt32((uint)entry.Shape.Length);
            for (var i = entry.Shape.Length - 1; i >= 0; i--) UInt64((ulong)entry.Shape[i]);
            UInt32(GgmlType.IdOf(entry.Type) ?? throw new FathomException($"{path}: GGUF has no element type for {entry.Type} (tensor {FileErrors.Quote(entry.Name)})"));
            UInt64((ulong)offset);
            offset = checked(offset + Aligned(entry.ByteLength));
        }

        head.Write(Zeros.AsSpan(0, (int)(Aligned(head.WrittenCount) - head.WrittenCount)));
        return head.WrittenSpan.ToArray();
    }

    private static long Aligned(long length) => checked(length + Alignment - 1) / Alignment * Alignment;

    private void Pad(long length) => _file.Stream.Write(Zeros.AsSpan(0, (int)(Aligned(length) - length)));

    // Tensors without elements have nothing to wait for.
    private void Advance()
    {
        do _current++;
        while (_current < _entries.Count && (_left = _entries[_current].ByteLength) == 0);
    }
}
