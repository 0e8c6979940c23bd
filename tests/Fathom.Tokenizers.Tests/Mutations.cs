namespace Fathom.Tokenizers.Tests;

/// <summary>Gives a reader thousands of damaged files (10^4; FATHOM_MUTATIONS=N for N): it may read them or refuse them with FathomException.</summary>
internal static class Mutations
{
    private static readonly byte[][] Tokens = ["{"u8.ToArray(), "}"u8.ToArray(), "["u8.ToArray(), "null"u8.ToArray(), "-1"u8.ToArray(), "4294967295"u8.ToArray(), "1e999"u8.ToArray(), "\"\\ud800\""u8.ToArray(), "\"\""u8.ToArray(), [0xFF], [0, 0, 0, 0x80]];

    /// <summary>Runs the mutations; <paramref name="read"/> reads the file and uses what it gets.</summary>
    public static void Run(byte[][] originals, int share, Action<byte[]> read)
    {
        foreach (var original in originals)
            read(original);
        var count = (long.TryParse(Environment.GetEnvironmentVariable("FATHOM_MUTATIONS"), out var asked) ? asked : 10_000) / share;
        var refused = 0L;
        for (var number = 0L; number < count; number++)
        {
            var damaged = Mutate(originals[number % originals.Length], new Random((int)(number % int.MaxValue)));
            try
            {
                read(damaged);
            }
            catch (FathomException refusal)
            {
                refused++;
                Assert.False(refusal.Message.AsSpan().ContainsAny('\n', '\r'), $"file {number}: more than one line: {refusal.Message}");
            }
            catch (Exception other)
            {
                Assert.Fail($"file {number}: {other}");
            }
        }

        Assert.True(refused > count / 20, $"only {refused} of {count} damaged files were refused");
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        var bytes = new List<byte>(original);
        for (var times = random.Next(1, 4); times > 0 && bytes.Count > 8; times--)
        {
            var at = random.Next(bytes.Count);
            var length = Math.Min(random.Next(1, 24), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                    break;
                case 4:
                    bytes.InsertRange(at, Tokens[random.Next(Tokens.Length)]);
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }
}
