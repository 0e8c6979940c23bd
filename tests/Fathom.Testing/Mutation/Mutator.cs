using System.Buffers.Binary;
using System.Text;
using Fathom.Tensors;

namespace Fathom.Testing.Mutation;

/// <summary>Damages a file the way disks, networks and attackers do; the same seed and number give the same damage.</summary>
public sealed class Mutator(ulong seed)
{
    private static readonly ulong[] Huge =
    [
        0, 1, 7, 31, 33, 255, 65_535, 65_536, int.MaxValue, 1UL << 31, uint.MaxValue, 1UL << 32, 100_000_000, 100_000_001, 1UL << 40, 1UL << 61, 1UL << 62, long.MaxValue, 1UL << 63, ulong.MaxValue - 7, ulong.MaxValue,
    ];

    private static readonly string[] Texts =
    [
        "-1", "0", "1e999", "1.0", "9223372036854775807", "9223372036854775808", "18446744073709551616", "99999999999999999999999999", "null", "true", "{}", "[]", "[[[[", "\"", "\\ud800", "\\u0000", "\t", "\n", "\r\n", ",", "\"\"", "\uFEFF", "{\"a\":",
    ];

    /// <summary>The damaged file of a number.</summary>
    public byte[] Mutate(byte[] original, long number)
    {
        var random = new CounterRandom(seed, (ulong)number);
        var bytes = new List<byte>(original);
        for (var steps = 1 + random.NextInt32(4); steps > 0; steps--) Step(bytes, random);
        return [.. bytes];
    }

    private static void Step(List<byte> bytes, CounterRandom random)
    {
        // Half of the damage goes near the front, where headers are.
        var reach = random.NextInt32(2) == 0 ? Math.Min(bytes.Count, 256) : bytes.Count;
        var at = random.NextInt32(reach + 1);
        var length = Math.Min(1 + random.NextInt32(64), bytes.Count - at);
        switch (random.NextInt32(9))
        {
            case 0:
                if (at < bytes.Count) bytes[at] ^= (byte)(1 << random.NextInt32(8));
                break;
            case 1:
                if (at < bytes.Count) bytes[at] = (byte)random.NextInt32(256);
                break;
            case 2:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 3:
                bytes.RemoveRange(at, length);
                break;
            case 4:
                bytes.InsertRange(random.NextInt32(bytes.Count + 1), bytes.GetRange(at, length));
                break;
            case 5:
                Overwrite(bytes, at, Number(random));
                break;
            case 6:
                bytes.InsertRange(at, Number(random));
                break;
            case 7:
                bytes.InsertRange(at, Encoding.UTF8.GetBytes(Texts[random.NextInt32(Texts.Length)]));
                break;
            default:
                ReplaceDigits(bytes, at, Texts[random.NextInt32(Texts.Length)]);
                break;
        }
    }

    private static byte[] Number(CounterRandom random)
    {
        var number = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(number, Huge[random.NextInt32(Huge.Length)]);
        return random.NextInt32(2) == 0 ? number : number[..4];
    }

    private static void Overwrite(List<byte> bytes, int at, byte[] by)
    {
        for (var i = 0; i < by.Length && at + i < bytes.Count; i++) bytes[at + i] = by[i];
    }

    private static void ReplaceDigits(List<byte> bytes, int from, string by)
    {
        var start = bytes.FindIndex(from, value => char.IsAsciiDigit((char)value));
        if (start < 0) return;
        var end = start;
        while (end < bytes.Count && char.IsAsciiDigit((char)bytes[end])) end++;
        bytes.RemoveRange(start, end - start);
        bytes.InsertRange(start, Encoding.ASCII.GetBytes(by));
    }
}
