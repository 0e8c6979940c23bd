namespace Fathom.Formats.Hub;

/// <summary>A file under its own name in a snapshot: a relative link to its blob, or the file itself where the system has no links.</summary>
internal static class SnapshotFile
{
    /// <summary>Whether links can be made in a folder: Windows grants them to few.</summary>
    public static bool CanLink(string folder)
    {
        var probe = Path.Combine(folder, $".link-{Environment.ProcessId}-{Guid.NewGuid():N}");
        try
        {
            File.CreateSymbolicLink(probe, "target");
            File.Delete(probe);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            return false;
        }
    }

    /// <summary>Puts a blob under a name. Without links a fresh blob is moved there, an older one, which other snapshots may need, copied.</summary>
    public static void Place(string pointer, string blob, bool link, bool fresh)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(pointer)!);
            if (!link)
            {
                if (fresh) File.Move(blob, pointer, overwrite: true);
                else if (!Same(pointer, blob)) File.Copy(blob, pointer, overwrite: true);
                return;
            }

            var target = Path.GetRelativePath(Path.GetDirectoryName(pointer)!, blob);
            if (LinksTo(pointer, blob)) return;

            // Another process may make the same link: a link of a name of its own, renamed, never fails for that.
            var temporary = $"{pointer}.{Environment.ProcessId}-{Guid.NewGuid():N}.tmp";
            File.CreateSymbolicLink(temporary, target);
            File.Move(temporary, pointer, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.CannotWrite(pointer, failure);
        }
    }

    /// <summary>Whether a name links to a blob already, as a link of ours or of the Python client does.</summary>
    public static bool LinksTo(string pointer, string blob) =>
        new FileInfo(pointer) is { LinkTarget: { } target } && string.Equals(Path.GetFullPath(target, Path.GetDirectoryName(Path.GetFullPath(pointer))!), Path.GetFullPath(blob), StringComparison.Ordinal);

    private static bool Same(string pointer, string blob) => File.Exists(pointer) && new FileInfo(pointer).Length == new FileInfo(blob).Length;
}
