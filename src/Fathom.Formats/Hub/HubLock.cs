namespace Fathom.Formats.Hub;

/// <summary>
/// The lock of one blob, a file under <c>.locks</c> held with <c>flock</c>, as the Python client holds it: whoever comes second waits
/// and finds the work done. A killed process loses its lock with its life.
/// </summary>
internal sealed class HubLock : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private readonly FileStream _file;

    private HubLock(FileStream file) => _file = file;

    public static async Task<HubLock> TakeAsync(string path, TimeProvider time, Action? onWait, CancellationToken stop)
    {
        for (var first = true; ; first = false)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                return new HubLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1));
            }
            catch (UnauthorizedAccessException failure)
            {
                throw FileErrors.CannotWrite(path, failure);
            }
            catch (IOException failure)
            {
                if (FileErrors.IsDiskFull(failure) || !File.Exists(path)) throw FileErrors.CannotWrite(path, failure);
            }

            if (first) onWait?.Invoke();
            await Task.Delay(Poll, time, stop);
        }
    }

    public void Dispose() => _file.Dispose();
}
