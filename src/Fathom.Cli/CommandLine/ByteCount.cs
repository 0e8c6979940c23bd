using System.Globalization;

namespace Fathom.Cli.CommandLine;

/// <summary>Reads a number of bytes: <c>5GB</c>, <c>500MB</c>, <c>2GiB</c> or a plain number; kB, MB, GB and TB are powers of 1,000, KiB to TiB of 1,024.</summary>
internal static class ByteCount
{
    private static readonly (string Unit, decimal Bytes)[] Units =
    [
        ("KIB", 1L << 10), ("MIB", 1L << 20), ("GIB", 1L << 30), ("TIB", 1L << 40),
        ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1), ("", 1),
    ];

    /// <summary>The number of bytes that <paramref name="text"/> says, at least 1.</summary>
    /// <exception cref="UsageException">It says none.</exception>
    public static long Parse(string text, string option)
    {
        var upper = text.Trim().ToUpperInvariant();
        var (unit, bytes) = Array.Find(Units, known => upper.EndsWith(known.Unit, StringComparison.Ordinal));
        return decimal.TryParse(upper[..^unit.Length].Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number > 0 && number < long.MaxValue / bytes && number * bytes >= 1
            ? (long)(number * bytes)
            : throw new UsageException($"{option} {text}: expected a size such as 5GB, 500MB, 2GiB or a number of bytes");
    }
}
