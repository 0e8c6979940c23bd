using System.Text;

namespace Fathom.Reports;

/// <summary>Writes a text file beside its place, flushes it to the disk and renames it, so that no half-written file is ever seen.</summary>
internal static class AtomicTextFile
{
    /// <summary>Writes UTF-8 without a mark at its beginning.</summary>
    public static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full) ?? full);
        var temporary = full + ".tmp";
        try
        {
            await using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                await stream.WriteAsync(new UTF8Encoding(false).GetBytes(text), cancellationToken);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
