namespace Fathom.Formats.Hub;

/// <summary>Counts what a download has brought, from several threads.</summary>
internal sealed class PullTally(IReadOnlyList<HubFile> files, Action<HubProgress>? onProgress)
{
    private readonly Lock _lock = new();
    private readonly long _total = files.Sum(file => file.Bytes!.Value);
    private long _bytes;
    private int _files;

    public long Downloaded { get; private set; }

    public long Reused { get; private set; }

    public void Add(long bytes) => Change(() => _bytes += bytes);

    public void Reuse(long bytes) => Change(() =>
    {
        _bytes += bytes;
        Reused += bytes;
    });

    public void Downloading(long bytes) => Change(() => Downloaded += bytes);

    public void Finish() => Change(() => _files++);

    private void Change(Action change)
    {
        HubProgress progress;
        lock (_lock)
        {
            change();
            progress = new HubProgress(_bytes, _total, _files, files.Count);
        }

        onProgress?.Invoke(progress);
    }
}
