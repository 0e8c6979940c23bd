using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Fathom.Tensors;

namespace Fathom.Models.Verification;

/// <summary>The built-in token sequences of the same-bits proof, and how results are hashed and compared.</summary>
internal static class BitsTokens
{
    /// <summary>Number of the short sequences.</summary>
    public const int Sequences = 64;

    private const ulong Seed = 0x466174686F6D;
    private const int Longest = 48;

    /// <summary>Length of a short sequence: 1 to 48 tokens, neighbours of very different ones.</summary>
    public static int Length(int sequence, int most) => Math.Min(1 + sequence * 11 % Longest, most);

    /// <summary>The tokens of a sequence.</summary>
    public static int[] Of(int sequence, int length, int vocabulary)
    {
        var random = new CounterRandom(Seed, (ulong)sequence);
        var tokens = new int[length];
        for (var i = 0; i < length; i++) tokens[i] = random.NextInt32(vocabulary);
        return tokens;
    }

    /// <summary>Adds the bits of values to a hash.</summary>
    public static void Append<T>(this IncrementalHash hash, T[] values) where T : unmanaged => hash.AppendData(MemoryMarshal.AsBytes(values.AsSpan()));

    /// <summary>Whether two arrays have the same bits.</summary>
    public static bool Same(float[] a, float[] b) => MemoryMarshal.AsBytes(a.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(b.AsSpan()));

    /// <summary>Whether two lists of arrays have the same bits.</summary>
    public static bool Same(float[][] a, float[][] b) => a.Length == b.Length && a.Zip(b).All(pair => Same(pair.First, pair.Second));
}
