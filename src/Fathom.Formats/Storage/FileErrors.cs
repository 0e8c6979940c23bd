using System.Text;

namespace Fathom.Formats;

/// <summary>Turns the operating system's failures into one line for people, and quotes what a file says safely.</summary>
internal static class FileErrors
{
    private const int LongestQuote = 96;
    private const int DiskFullWindows = unchecked((int)0x80070070);
    private const int DiskFullWindowsHandle = unchecked((int)0x80070027);
    private const int NoSpaceUnix = 28;
    private const int QuotaLinux = 122;
    private const int QuotaMac = 69;

    public static FathomException CannotRead(string path, Exception failure) => new(
        failure switch
        {
            FileNotFoundException or DirectoryNotFoundException => $"{path}: no such file",
            UnauthorizedAccessException when Directory.Exists(path) => $"{path}: is a folder, a file was expected",
            UnauthorizedAccessException => $"{path}: may not be read by this user",
            _ => $"{path}: cannot be read: {OneLine(failure.Message)}",
        },
        failure);

    public static FathomException CannotWrite(string path, Exception failure) => new(
        failure switch
        {
            DirectoryNotFoundException => $"{path}: cannot be written: its folder does not exist",
            UnauthorizedAccessException when Directory.Exists(path) => $"{path}: cannot be written: it is a folder",
            UnauthorizedAccessException => $"{path}: may not be written by this user",
            IOException io when IsDiskFull(io) => $"{path}: the disk is full; free some space and run the same command again (what was there before is unchanged)",
            _ => $"{path}: cannot be written: {OneLine(failure.Message)}",
        },
        failure);

    public static bool IsDiskFull(IOException failure) => OperatingSystem.IsWindows()
        ? failure.HResult is DiskFullWindows or DiskFullWindowsHandle
        : failure.HResult is NoSpaceUnix || failure.HResult == (OperatingSystem.IsMacOS() ? QuotaMac : QuotaLinux);

    /// <summary>In quotes, without control characters, cut when long: a lying file cannot forge or flood a message.</summary>
    public static string Quote(ReadOnlySpan<char> text)
    {
        var builder = new StringBuilder(Math.Min(text.Length, LongestQuote) + 8).Append('\'');
        foreach (var c in text[..Math.Min(text.Length, LongestQuote)])
        {
            if (char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029') builder.Append("\\u").Append(((int)c).ToString("x4"));
            else builder.Append(c);
        }

        return builder.Append(text.Length > LongestQuote ? "…'" : "'").ToString();
    }

    /// <summary>The first few of some names, quoted, for a message.</summary>
    public static string List(IEnumerable<string> names, int most = 6)
    {
        var shown = names.Take(most + 1).Select(name => Quote(name)).ToList();
        return shown.Count == 0 ? "none" : string.Join(", ", shown.Take(most)) + (shown.Count > most ? ", …" : "");
    }

    public static string OneLine(string message) => message.ReplaceLineEndings(" ").Trim();
}
