using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Fathom.Models.Encoders.Sentences;

namespace Fathom.Cli.Runs;

/// <summary>One text's vector as bytes of a log: tokens, whether it was cut, the floats (little endian).</summary>
internal static class EmbeddingRecord
{
    private const int Head = 5;

    public static byte[] Write(SentenceEmbedding one)
    {
        var bytes = new byte[Head + one.Vector.Length * sizeof(float)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, one.Tokens);
        bytes[4] = one.Truncated ? (byte)1 : (byte)0;
        MemoryMarshal.AsBytes(one.Vector.AsSpan()).CopyTo(bytes.AsSpan(Head));
        return bytes;
    }

    /// <exception cref="FathomException">The record is of another length.</exception>
    public static SentenceEmbedding Read(ReadOnlySpan<byte> bytes, int dimensions, string file)
    {
        if (bytes.Length != Head + dimensions * sizeof(float)) throw new FathomException($"{file}: holds a vector of another size; remove the file and run again");
        return new SentenceEmbedding(MemoryMarshal.Cast<byte, float>(bytes[Head..]).ToArray(), BinaryPrimitives.ReadInt32LittleEndian(bytes), bytes[4] != 0);
    }
}
