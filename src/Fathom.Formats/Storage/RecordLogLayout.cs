using System.Buffers.Binary;

namespace Fathom.Formats;

/// <summary>
/// The bytes of a record log. Header: magic, version, length of the settings, CRC-32C of these, settings as JSON, CRC-32C of
/// all that. Record: length,
/// CRC-32C of the length and of the record's place in the file, CRC-32C of the payload, payload. Numbers are little-endian. The place
/// in the second checksum tells a record from bytes of a payload that look like one.
/// </summary>
internal static class RecordLogLayout
{
    public const int RecordHead = 12;
    public const int Version = 1;
    private const int FixedHead = 20;
    private const int LongestSettings = 16 << 20;

    private static ReadOnlySpan<byte> Magic => "FATHLOG\n"u8;

    public static byte[] Header(IReadOnlyDictionary<string, string> settings)
    {
        var json = SettingsJson.Write(settings);
        var header = new byte[FixedHead + json.Length + 4];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), json.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), Crc32C.Of(header.AsSpan(0, 16)));
        json.CopyTo(header, FixedHead);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(header.Length - 4), Crc32C.Of(header.AsSpan(0, header.Length - 4)));
        return header;
    }

    /// <summary>Checks the header and gives its length and settings; null when the file ends within it, as after a kill at birth.</summary>
    public static (int Length, SortedDictionary<string, string> Settings)? ReadHeader(FileBytes file)
    {
        var start = file.Span(0, (int)Math.Min(file.Length, Magic.Length));
        if (!Magic[..start.Length].SequenceEqual(start)) throw new FathomException($"{file.Name}: is not a Fathom record log");
        if (file.Length < FixedHead) return null;
        var version = BinaryPrimitives.ReadInt32LittleEndian(file.Span(8, 4));
        var settings = BinaryPrimitives.ReadInt32LittleEndian(file.Span(12, 4));
        if (version != Version) throw new FathomException($"{file.Name}: is a record log of version {version}, this program reads version {Version}; use the program that wrote it or delete the file to start again");

        // Without its own checksum a damaged length would look like a log that was cut at birth, and be begun anew.
        if (settings is < 2 or > LongestSettings || Crc32C.Of(file.Span(0, 16)) != BinaryPrimitives.ReadUInt32LittleEndian(file.Span(16, 4))) throw Damaged(file);
        var length = FixedHead + settings + 4;
        if (file.Length < length) return null;
        var head = file.Span(0, length);
        if (Crc32C.Of(head[..^4]) != BinaryPrimitives.ReadUInt32LittleEndian(head[^4..])) throw Damaged(file);
        return (length, SettingsJson.Read(head[FixedHead..^4]) ?? throw Damaged(file));
    }

    public static void WriteRecordHead(Span<byte> head, ReadOnlySpan<byte> payload, long place)
    {
        BinaryPrimitives.WriteInt32LittleEndian(head, payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], HeadChecksum(payload.Length, place));
        BinaryPrimitives.WriteUInt32LittleEndian(head[8..], Crc32C.Of(payload));
    }

    /// <summary>Length of the payload of the whole record at <paramref name="place"/>, or -1 when there is none.</summary>
    public static int WholeRecord(FileBytes file, long place)
    {
        if (file.Length - place < RecordHead) return -1;
        var head = file.Span(place, RecordHead);
        var length = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (length < 0 || length > file.Length - place - RecordHead || BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) != HeadChecksum(length, place)) return -1;
        return BinaryPrimitives.ReadUInt32LittleEndian(head[8..]) == Crc32C.Of(file.Span(place + RecordHead, length)) ? length : -1;
    }

    private static uint HeadChecksum(int length, long place)
    {
        Span<byte> seed = stackalloc byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(seed, length);
        BinaryPrimitives.WriteInt64LittleEndian(seed[4..], place);
        return Crc32C.Of(seed);
    }

    private static FathomException Damaged(FileBytes file) => new($"{file.Name}: the head of the record log is damaged; delete the file to start again");
}
