using System.Buffers.Binary;
using System.Text;

namespace Fathom.Formats;

/// <summary>
/// The places of the files in an uncompressed ZIP archive, as PyTorch writes them (ZIP64 included). Compressed and encrypted entries
/// are never opened, so nothing can grow; entries may not overlap, share a name, or be called differently in their own heads.
/// </summary>
internal sealed class ZipContainer
{
    private const int EndBytes = 22;
    private const int LongestComment = 65_535;
    private const int CentralBytes = 46;
    private const int LocalBytes = 30;
    private const uint EndMark = 0x06054b50;
    private const uint End64Mark = 0x06064b50;
    private const uint Locator64Mark = 0x07064b50;
    private const uint CentralMark = 0x02014b50;
    private const uint LocalMark = 0x04034b50;

    private readonly FileBytes _file;
    private readonly OrderedDictionary<string, (long Start, long Length, uint Crc)> _entries = new(StringComparer.Ordinal);
    private readonly HashSet<string> _compressed = new(StringComparer.Ordinal);

    private ZipContainer(FileBytes file)
    {
        _file = file;
        var (start, length, count) = FindDirectory();
        ReadDirectory(start, length, count);
    }

    /// <summary>Names of the entries.</summary>
    public IReadOnlyList<string> Names => _entries.Keys;

    public static ZipContainer Read(FileBytes file) => new(file);

    /// <summary>First byte, length and checksum of an entry's content.</summary>
    /// <exception cref="FathomException">The entry is compressed.</exception>
    public bool TryFind(string name, out (long Start, long Length, uint Crc) place) => _compressed.Contains(name)
        ? throw Wrong($"entry {FileErrors.Quote(name)} is compressed, which PyTorch never does with tensors")
        : _entries.TryGetValue(name, out place);

    private FathomException Wrong(string what) => new($"{_file.Name}: {what}; the file is damaged or no PyTorch checkpoint: download it again, or get the model as safetensors");

    private ushort U16(long at) => BinaryPrimitives.ReadUInt16LittleEndian(_file.Span(at, 2));

    private uint U32(long at) => BinaryPrimitives.ReadUInt32LittleEndian(_file.Span(at, 4));

    private ulong U64(long at) => BinaryPrimitives.ReadUInt64LittleEndian(_file.Span(at, 8));

    private (long Start, long Length, long Count) FindDirectory()
    {
        var end = -1L;
        for (var at = _file.Length - EndBytes; at >= Math.Max(0, _file.Length - EndBytes - LongestComment); at--)
        {
            if (U32(at) != EndMark || U16(at + 20) != _file.Length - at - EndBytes) continue;
            end = at;
            break;
        }

        if (end < 0) throw Wrong("has no end of a ZIP archive (truncated?)");
        if (U16(end + 4) != 0 || U16(end + 6) != 0 || U16(end + 8) != U16(end + 10)) throw Wrong("is a ZIP archive in several parts");
        ulong start = U32(end + 16), length = U32(end + 12), count = U16(end + 10);
        var limit = end;
        if (end >= 20 && U32(end - 20) == Locator64Mark)
        {
            var at64 = U64(end - 20 + 8);
            if (at64 > (ulong)(end - 20 - 56) || end < 76 || U32((long)at64) != End64Mark) throw Wrong("its ZIP64 locator leads astray");
            (start, length, count, limit) = (U64((long)at64 + 48), U64((long)at64 + 40), U64((long)at64 + 32), (long)at64);
            if (count != U64((long)at64 + 24)) throw Wrong("is a ZIP archive in several parts");
        }

        if (start > (ulong)limit || length > (ulong)limit - start) throw Wrong("its directory lies outside of it");
        if (count > length / CentralBytes) throw Wrong($"its directory of {length} bytes cannot hold {count} entries");
        return ((long)start, (long)length, (long)count);
    }

    private void ReadDirectory(long start, long length, long count)
    {
        var (at, end) = (start, start + length);
        var ranges = new List<(long From, long To, string Name)>();
        for (long i = 0; i < count; i++)
        {
            if (at > end - CentralBytes || U32(at) != CentralMark) throw Wrong($"entry {i} of its directory is none");
            int nameLength = U16(at + 28), extraLength = U16(at + 30), commentLength = U16(at + 32);
            var next = at + CentralBytes + nameLength + extraLength + commentLength;
            if (next > end) throw Wrong($"entry {i} of its directory ends outside");
            var raw = _file.Span(at + CentralBytes, nameLength);
            var name = Encoding.UTF8.GetString(raw);
            if ((U16(at + 8) & 1) != 0) throw Wrong($"entry {FileErrors.Quote(name)} is encrypted");
            if (U16(at + 10) != 0) _compressed.Add(name);
            var (packed, size, local) = Sizes(at, nameLength, extraLength, name);
            if (packed != size && !_compressed.Contains(name)) throw Wrong($"entry {FileErrors.Quote(name)} has two lengths");
            var content = LocalContent(local, raw, name, start);
            if (packed > start - content) throw Wrong($"entry {FileErrors.Quote(name)} ends outside of the file");
            if (!_entries.TryAdd(name, (content, packed, U32(at + 16)))) throw Wrong($"entry {FileErrors.Quote(name)} is there twice");
            ranges.Add((local, content + packed, name));
            at = next;
        }

        ranges.Sort((a, b) => a.From.CompareTo(b.From));
        for (var i = 1; i < ranges.Count; i++)
        {
            if (ranges[i].From < ranges[i - 1].To) throw Wrong($"entries {FileErrors.Quote(ranges[i - 1].Name)} and {FileErrors.Quote(ranges[i].Name)} overlap");
        }
    }

    // Lengths and place, from the ZIP64 field where the plain ones are full.
    private (long Packed, long Size, long Local) Sizes(long at, int nameLength, int extraLength, string name)
    {
        ulong packed = U32(at + 20), size = U32(at + 24), local = U32(at + 42);
        var extra = at + CentralBytes + nameLength;
        for (var end = extra + extraLength; extra <= end - 4;)
        {
            int id = U16(extra), length = U16(extra + 2);
            if (length > end - extra - 4) break;
            if (id == 1)
            {
                var (field, last) = (extra + 4, extra + 4 + length);
                foreach (var which in (ReadOnlySpan<int>)[0, 1, 2])
                {
                    var full = which switch { 0 => size, 1 => packed, _ => local } == uint.MaxValue;
                    if (!full || field > last - 8) continue;
                    var value = U64(field);
                    field += 8;
                    if (which == 0) size = value;
                    else if (which == 1) packed = value;
                    else local = value;
                }
            }

            extra += 4 + length;
        }

        if (packed > long.MaxValue || size > long.MaxValue || local > long.MaxValue) throw Wrong($"entry {FileErrors.Quote(name)} has an impossible length");
        return ((long)packed, (long)size, (long)local);
    }

    private long LocalContent(long local, ReadOnlySpan<byte> name, string shown, long end)
    {
        if (local > end - LocalBytes || U32(local) != LocalMark) throw Wrong($"entry {FileErrors.Quote(shown)} is not where the directory says");
        int nameLength = U16(local + 26), extraLength = U16(local + 28);
        if (nameLength + extraLength > end - local - LocalBytes || !_file.Span(local + LocalBytes, nameLength).SequenceEqual(name)) throw Wrong($"entry {FileErrors.Quote(shown)} has another name in its own head");
        return local + LocalBytes + nameLength + extraLength;
    }
}
