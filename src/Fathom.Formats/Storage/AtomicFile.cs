namespace Fathom.Formats;

/// <summary>
/// Writes a file so that its name always stands for a whole one: everything goes to <c>NAME.tmp</c> beside it, is flushed to the disk,
/// and is then renamed over the old file. A crash, a full disk or an error leaves the old file as it was.
/// </summary>
public sealed class AtomicFile : IDisposable
{
    /// <summary>End of the name of the file that is being written.</summary>
    public const string TemporarySuffix = ".tmp";

    private readonly string _temporary;
    private readonly GuardedStream _stream;
    private bool _done;

    private AtomicFile(string path)
    {
        Path = path;
        _temporary = path + TemporarySuffix;
        try
        {
            // Shared with nobody: two runs that write the same file would otherwise mix.
            _stream = new GuardedStream(new FileStream(_temporary, FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 1 << 16), path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw FileErrors.CannotWrite(path, failure);
        }
    }

    /// <summary>The name the file will have.</summary>
    public string Path { get; }

    /// <summary>What is written; seekable. Its failures are <see cref="FathomException"/>s that name the file.</summary>
    public Stream Stream => _stream;

    /// <summary>Starts to write a file; nothing is seen under <paramref name="path"/> until <see cref="Commit"/>.</summary>
    /// <exception cref="FathomException">The folder does not exist or may not be written, or another program is writing the same file.</exception>
    public static AtomicFile Create(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new AtomicFile(path);
    }

    /// <summary>Writes a whole file by <paramref name="write"/>.</summary>
    /// <exception cref="FathomException">It cannot be written (disk full, no such folder, not allowed); the old file is unchanged.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        using var file = Create(path);
        write(file.Stream);
        file.Commit();
    }

    /// <summary>Writes a whole file of these bytes.</summary>
    /// <exception cref="FathomException">It cannot be written; the old file is unchanged.</exception>
    public static void WriteAllBytes(string path, ReadOnlySpan<byte> content)
    {
        using var file = Create(path);
        file.Stream.Write(content);
        file.Commit();
    }

    /// <summary>Writes a whole file of this text in UTF-8 without a byte-order mark.</summary>
    /// <exception cref="FathomException">It cannot be written; the old file is unchanged.</exception>
    public static void WriteAllText(string path, string content) => WriteAllBytes(path, System.Text.Encoding.UTF8.GetBytes(content));

    /// <summary>Flushes to the disk and gives the file its name. From here on it is there, whole, whatever happens.</summary>
    /// <exception cref="FathomException">It cannot be written; the old file is unchanged.</exception>
    public void Commit()
    {
        ObjectDisposedException.ThrowIf(_done, this);
        try
        {
            _stream.FlushToDisk();
            _stream.Dispose();
            File.Move(_temporary, Path, overwrite: true);
            _done = true;
            DurableFolder.Flush(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path)));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.CannotWrite(Path, failure);
        }
    }

    /// <summary>Forgets what was written, unless it was committed.</summary>
    public void Dispose()
    {
        if (_done) return;
        _done = true;
        _stream.Abandon();
        try
        {
            File.Delete(_temporary);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A leftover is harmless: the next write of the same file starts it anew.
        }
    }
}
