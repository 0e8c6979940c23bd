using System.Buffers.Binary;
using System.Text;

namespace Fathom.Formats.Tests;

/// <summary>Puts a header and data together, right or wrong, for tests.</summary>
internal static class SafetensorsBytes
{
    public static byte[] Of(string header, int dataBytes, ulong? length = null) => Of(Encoding.UTF8.GetBytes(header), new byte[dataBytes], length);

    public static byte[] Of(byte[] header, byte[] data, ulong? length = null)
    {
        var file = new byte[8 + header.Length + data.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length ?? (ulong)header.Length);
        header.CopyTo(file, 8);
        data.CopyTo(file, 8 + header.Length);
        return file;
    }
}
