using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Fathom.Formats;

/// <summary>
/// Writes a safetensors file as its tensors come: names, types and shapes are told first, then the bytes follow in that order, in
/// pieces of any length. The file appears, whole, when <see cref="Complete"/> is called.
/// </summary>
public sealed class SafetensorsWriter : IDisposable
{
    private const int HeaderAlignment = 8;

    private readonly AtomicFile _file;
    private readonly IReadOnlyList<SafetensorsEntry> _entries;
    private readonly long[] _ends;
    private long _written;

    private SafetensorsWriter(AtomicFile file, IReadOnlyList<SafetensorsEntry> entries, long[] ends)
    {
        _file = file;
        _entries = entries;
        _ends = ends;
    }

    /// <summary>Starts a file.</summary>
    /// <param name="path">Its name; an old file of that name stays until <see cref="Complete"/>.</param>
    /// <param name="entries">The tensors in the order in which they will be written. Readers that map the file want larger element types first.</param>
    /// <param name="metadata">Strings for <c>__metadata__</c>, written in the order of their names; none when null or empty.</param>
    /// <exception cref="FathomException">A name is there twice or reserved, a size is impossible, or the file cannot be written.</exception>
    public static SafetensorsWriter Create(string path, IReadOnlyList<SafetensorsEntry> entries, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var ends = Place(entries, path);
        var header = Header(entries, ends, metadata, path);
        var file = AtomicFile.Create(path);
        try
        {
            file.Stream.Write(header);
            return new SafetensorsWriter(file, entries, ends);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes a whole file; tensors are placed with larger element types first, then by name, so the same content gives the same bytes.</summary>
    /// <exception cref="FathomException">It cannot be written; the old file is unchanged.</exception>
    public static void Save(string path, TensorBundle tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var ordered = tensors.InFileOrder();
        using var writer = Create(path, [.. ordered.Select(tensor => tensor.Entry)], metadata);
        foreach (var (entry, values) in ordered) TensorBundle.Write(entry, values, writer);
        writer.Complete();
    }

    /// <summary>Writes the next bytes (little-endian elements, row-major); a piece may end within a tensor or go on into the next.</summary>
    /// <exception cref="FathomException">They are more than the tensors take, or cannot be written.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        var total = _ends.Length == 0 ? 0 : _ends[^1];
        if (bytes.Length > total - _written) throw new FathomException($"{_file.Path}: more bytes than the {total} of its {_entries.Count} tensors were written");
        _file.Stream.Write(bytes);
        _written += bytes.Length;
    }

    /// <summary>Flushes the file to the disk and gives it its name.</summary>
    /// <exception cref="FathomException">A tensor is not complete, or the disk refuses; the old file is unchanged.</exception>
    public void Complete()
    {
        var missing = Array.FindIndex(_ends, end => end > _written);
        if (missing >= 0) throw new FathomException($"{_file.Path}: tensor {FileErrors.Quote(_entries[missing].Name)} is not complete: {_ends[missing] - _written} bytes are missing");
        _file.Commit();
    }

    /// <summary>Forgets the file, unless it is complete.</summary>
    public void Dispose() => _file.Dispose();

    private static long[] Place(IReadOnlyList<SafetensorsEntry> entries, string path)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { SafetensorsHeader.MetadataKey };
        var ends = new long[entries.Count];
        long end = 0;
        for (var i = 0; i < ends.Length; i++)
        {
            if (!names.Add(entries[i].Name)) throw new FathomException($"{path}: tensor name {FileErrors.Quote(entries[i].Name)} is there twice or reserved");
            ends[i] = end = checked(end + entries[i].ByteLength);
        }

        return ends;
    }

    private static byte[] Header(IReadOnlyList<SafetensorsEntry> entries, long[] ends, IReadOnlyDictionary<string, string>? metadata, string path)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            for (var i = 0; i < ends.Length; i++) WriteEntry(json, entries[i], i == 0 ? 0 : ends[i - 1], ends[i]);
            json.WriteEndObject();
        }

        var padded = (buffer.WrittenCount + HeaderAlignment - 1) / HeaderAlignment * HeaderAlignment;
        if (padded > SafetensorsHeader.LongestJson) throw new FathomException($"{path}: its header would be {padded} bytes long, the format allows {SafetensorsHeader.LongestJson}; write fewer tensors or less metadata to one file");
        var header = new byte[SafetensorsHeader.LengthBytes + padded];
        BinaryPrimitives.WriteInt64LittleEndian(header, padded);
        buffer.WrittenSpan.CopyTo(header.AsSpan(SafetensorsHeader.LengthBytes));
        header.AsSpan(SafetensorsHeader.LengthBytes + buffer.WrittenCount).Fill((byte)' ');
        return header;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is null || metadata.Count == 0) return;
        json.WriteStartObject(SafetensorsHeader.MetadataKey);
        foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)) json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, SafetensorsEntry entry, long begin, long end)
    {
        json.WriteStartObject(entry.Name);
        json.WriteString("dtype", SafetensorsType.NameOf(entry.Type));
        json.WriteStartArray("shape");
        foreach (var dimension in entry.Shape) json.WriteNumberValue(dimension);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(end);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
