namespace Fathom.Formats.Hub;

/// <summary>Which paths a model's file may have: those that stay in the folder they are put in, on every system.</summary>
internal static class HubFileName
{
    private const int Longest = 1024;
    private static readonly string[] Devices = ["CON", "PRN", "AUX", "NUL"];

    /// <summary>Why a path is refused, or null for one that is safe.</summary>
    public static string? WhyNot(string path)
    {
        if (path.Length is 0 or > Longest) return $"is {path.Length} characters long";
        foreach (var c in path)
        {
            if (char.IsControl(c) || c is '\\' or ':' or '<' or '>' or '"' or '|' or '?' or '*' || char.IsSurrogate(c)) return "has a character that file names cannot have everywhere";
        }

        foreach (var part in path.Split('/'))
        {
            if (part.Length == 0) return "has an empty part";
            if (part is "." or "..") return "leads out of its folder";
            if (part.Length > 255) return "has a part of more than 255 characters";
            if (part[^1] is '.' or ' ' || part[0] == ' ') return "has a part that begins with a blank or ends with a blank or a dot";
            if (IsDevice(part)) return "names a device of Windows";
        }

        return null;
    }

    private static bool IsDevice(string part)
    {
        var dot = part.IndexOf('.', StringComparison.Ordinal);
        var stem = (dot < 0 ? part : part[..dot]).TrimEnd().ToUpperInvariant();
        return Array.IndexOf(Devices, stem) >= 0 || (stem.Length == 4 && stem[..3] is "COM" or "LPT" && stem.Length == 4 && char.IsAsciiDigit(stem[3]));
    }
}
