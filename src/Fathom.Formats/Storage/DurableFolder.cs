using System.Runtime.InteropServices;

namespace Fathom.Formats;

/// <summary>
/// Makes a rename last through a power cut: on Unix the folder's own entry must be flushed too, which the framework does not offer.
/// Elsewhere, and on file systems that refuse, the rename is as durable as the system makes it.
/// </summary>
internal static partial class DurableFolder
{
    private const int ReadOnly = 0;

    public static void Flush(string? folder)
    {
        if (folder is null || OperatingSystem.IsWindows()) return;
        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0) return;
        _ = Fsync(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Close(int descriptor);
}
