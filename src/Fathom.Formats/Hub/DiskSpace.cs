namespace Fathom.Formats.Hub;

/// <summary>Asks the system how much a folder's disk can still take.</summary>
internal static class DiskSpace
{
    /// <summary>Bytes this user may still write where <paramref name="folder"/> is or will be; null where the system does not say.</summary>
    public static long? FreeFor(string folder)
    {
        try
        {
            var existing = Path.GetFullPath(folder);
            while (!Directory.Exists(existing))
            {
                if (Path.GetDirectoryName(existing) is not { } parent) return null;
                existing = parent;
            }

            return new DriveInfo(existing).AvailableFreeSpace;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
