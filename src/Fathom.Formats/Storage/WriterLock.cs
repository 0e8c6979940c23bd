namespace Fathom.Formats;

/// <summary>
/// Lets one program at a time write a file that others may read meanwhile: an empty file <c>NAME.lock</c> beside it, open and shared
/// with nobody. A killed program's lock is gone with it, though the empty file stays until the next one.
/// </summary>
internal sealed class WriterLock : IDisposable
{
    private const string Suffix = ".lock";

    private readonly string _path;
    private readonly FileStream _file;

    private WriterLock(string path, FileStream file)
    {
        _path = path;
        _file = file;
    }

    public static WriterLock Take(string path)
    {
        var lockPath = path + Suffix;
        for (var attempt = 0; ; attempt++)
        {
            var file = Open(path, lockPath);

            // The one before may have deleted the name between our opening and our locking: then the lock is of a file nobody else sees.
            if (File.Exists(lockPath) || attempt == 10) return new WriterLock(lockPath, file);
            file.Dispose();
        }
    }

    public void Dispose()
    {
        try
        {
            File.Delete(_path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Windows deletes no open file; an empty leftover is harmless.
        }

        _file.Dispose();
    }

    private static FileStream Open(string path, string lockPath)
    {
        try
        {
            return new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or DirectoryNotFoundException or NotSupportedException)
        {
            throw FileErrors.CannotWrite(path, failure);
        }
        catch (IOException failure)
        {
            throw FileErrors.IsDiskFull(failure) || !File.Exists(lockPath)
                ? FileErrors.CannotWrite(path, failure)
                : new FathomException($"{path}: is being written by another program; wait for it, or choose another folder", failure);
        }
    }
}
