using System.Text;

namespace Fathom.Formats.Tests.PyTorch;

/// <summary>Writes uncompressed ZIP archives, with lies where a test wants them.</summary>
internal sealed class ZipBytes
{
    private readonly List<byte> _content = [];
    private readonly List<byte> _directory = [];
    private ushort _count;

    public ushort Method { get; init; }

    public ushort Flags { get; init; }

    public uint? Size { get; init; }

    public uint? Place { get; init; }

    public string? OtherName { get; init; }

    public ZipBytes Add(string name, byte[] content)
    {
        var local = (uint)_content.Count;
        var crc = Crc32.Of(content);
        var size = _count == 0 ? Size ?? (uint)content.Length : (uint)content.Length;
        var head = Encoding.UTF8.GetBytes(OtherName ?? name);
        Put(_content, 0x04034b50u, (ushort)20, Flags, Method, (ushort)0, (ushort)0, crc, (uint)content.Length, (uint)content.Length, (ushort)head.Length, (ushort)0, head, content);
        var utf8 = Encoding.UTF8.GetBytes(name);
        Put(_directory, 0x02014b50u, (ushort)20, (ushort)20, Flags, Method, (ushort)0, (ushort)0, crc, size, size, (ushort)utf8.Length, (ushort)0, (ushort)0, (ushort)0, (ushort)0, 0u, _count == 0 ? local : Place ?? local, utf8);
        _count++;
        return this;
    }

    public byte[] Build(ushort? count = null)
    {
        var bytes = new List<byte>(_content);
        bytes.AddRange(_directory);
        Put(bytes, 0x06054b50u, (ushort)0, (ushort)0, count ?? _count, count ?? _count, (uint)_directory.Count, (uint)_content.Count, (ushort)0);
        return [.. bytes];
    }

    private static void Put(List<byte> into, params object[] parts)
    {
        foreach (var part in parts)
        {
            into.AddRange(part switch
            {
                ushort value => BitConverter.GetBytes(value),
                uint value => BitConverter.GetBytes(value),
                byte[] value => value,
                _ => throw new ArgumentException("no bytes", nameof(parts)),
            });
        }
    }
}
