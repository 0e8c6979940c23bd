namespace Fathom.Formats;

/// <summary>
/// Writes a folder so that its name always stands for a whole one: files go into <c>.NAME.tmp</c> beside it, which is then renamed.
/// A crash, a full disk or an error leaves what was there before as it was.
/// </summary>
public sealed class AtomicFolder : IDisposable
{
    private readonly string _path;
    private bool _done;

    private AtomicFolder(string path)
    {
        _path = path;
        WorkPath = WorkPathOf(path);
        try
        {
            if (Directory.Exists(WorkPath)) Directory.Delete(WorkPath, recursive: true);
            Directory.CreateDirectory(WorkPath);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.CannotWrite(path, failure);
        }
    }

    /// <summary>Where to write the files meanwhile.</summary>
    public string WorkPath { get; }

    /// <summary>Starts to write a folder; what a crash left half written is removed.</summary>
    /// <exception cref="FathomException">It cannot be made.</exception>
    public static AtomicFolder Create(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new AtomicFolder(Path.GetFullPath(path));
    }

    /// <summary>Gives the folder its name, in place of one that was there. Its files must have been flushed, as <see cref="AtomicFile"/> does.</summary>
    /// <exception cref="FathomException">It cannot be renamed.</exception>
    public void Commit()
    {
        ObjectDisposedException.ThrowIf(_done, this);
        try
        {
            DurableFolder.Flush(WorkPath);
            if (Directory.Exists(_path)) Directory.Delete(_path, recursive: true);
            Directory.Move(WorkPath, _path);
            _done = true;
            DurableFolder.Flush(Path.GetDirectoryName(_path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.CannotWrite(_path, failure);
        }
    }

    /// <summary>Forgets what was written, unless it was committed.</summary>
    public void Dispose()
    {
        if (_done) return;
        _done = true;
        try
        {
            Directory.Delete(WorkPath, recursive: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A leftover is harmless: the next write of the same folder starts it anew.
        }
    }

    private static string WorkPathOf(string path) => Path.Combine(Path.GetDirectoryName(path) ?? ".", "." + Path.GetFileName(path) + ".tmp");
}
