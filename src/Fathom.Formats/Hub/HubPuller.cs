using System.Globalization;

namespace Fathom.Formats.Hub;

/// <summary>
/// Downloads models into the cache that the Python client shares: several files at a time, each going on where an earlier attempt
/// stopped, every byte hashed as it is written. Two processes may pull the same model: they take turns file by file.
/// </summary>
public sealed class HubPuller
{
    // Left free, so that the machine goes on working.
    private const long DiskReserve = 64 << 20;
    private readonly HubSettings _settings;
    private readonly HubCache _cache;

    /// <summary>Prepares downloads with these settings; nothing is asked yet.</summary>
    public HubPuller(HubSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _cache = new HubCache(settings.CacheFolder);
    }

    /// <summary>Downloads a model's files and gives its snapshot. What is there already is not fetched again.</summary>
    /// <exception cref="FathomException">The hub refuses, the network fails for good, the disk is full; what came is kept for the next attempt.</exception>
    public async Task<HubPullResult> PullAsync(HubModelName model, HubPullOptions? options = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new HubPullOptions();
        if (_settings.Offline) throw new FathomException($"{model}: HF_HUB_OFFLINE is set, so nothing is downloaded{(_cache.TryFind(model, out var cached) ? $"; the cache has it in {cached}" : " and the cache does not have it; unset it to download")}");
        using var client = new HubClient(_settings);
        var retry = HubRetry.Create(_settings, options.OnNote);
        var info = await retry.ExecuteAsync(async token => await client.GetModelAsync(model, token), stop);
        var (chosen, skipped) = HubFileChoice.Of(info, model, options.Include, options.Exclude);
        var files = new List<HubFile>();
        foreach (var file in chosen)
        {
            files.Add(file is { Bytes: not null, Hash: not null } ? file : await retry.ExecuteAsync(async token => await client.GetFileAsync(model, info.Commit, file, token), stop));
        }

        var folder = _cache.SnapshotFolder(model, info.Commit);
        _cache.CreateFolders(model);
        CheckDisk(model, files, folder);
        var tally = new PullTally(files, options.OnProgress);

        // What is in its place already needs no lock and no writing: a cache may be one that this user only reads.
        var open = files.Where(file => !IsPlaced(model, folder, file, options.Check, tally, stop)).ToList();
        if (open.Count > 0)
        {
            var link = _settings.Symlinks && SnapshotFile.CanLink(_cache.BlobFolder(model));
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, _settings.Connections), CancellationToken = stop };
            await Parallel.ForEachAsync(open.OrderByDescending(file => file.Bytes), parallel, async (file, token) => await PullFile(client, model, info.Commit, file, link, options, tally, token));
            if (!link) SnapshotHashes.Add(folder, files);
        }

        _cache.WriteReference(model, info.Commit);
        return new HubPullResult(model, info.Commit, folder, files, skipped, tally.Downloaded, tally.Reused, info.License);
    }

    // Whether a file lies in the snapshot as it should; counted then.
    private bool IsPlaced(HubModelName model, string folder, HubFile file, bool check, PullTally tally, CancellationToken stop)
    {
        var (pointer, blob) = (Path.Combine(folder, file.Path), _cache.BlobPath(model, file.Hash!));
        var placed = SnapshotFile.LinksTo(pointer, blob) ? IsThere(blob, file, check, stop) : IsThere(pointer, file, check, stop);
        if (!placed) return false;
        tally.Reuse(file.Bytes!.Value);
        tally.Finish();
        return true;
    }

    private async Task PullFile(HubClient client, HubModelName model, string commit, HubFile file, bool link, HubPullOptions options, PullTally tally, CancellationToken stop)
    {
        var blob = _cache.BlobPath(model, file.Hash!);
        var pointer = Path.Combine(_cache.SnapshotFolder(model, commit), file.Path);
        using (await HubLock.TakeAsync(_cache.LockPath(model, file.Hash!), _settings.Time, () => options.OnNote?.Invoke($"{file.Path}: another process is downloading it; waiting"), stop))
        {
            var fresh = false;
            if (!IsThere(blob, file, options.Check, stop))
            {
                if (!link && IsThere(pointer, file, options.Check, stop))
                {
                    tally.Reuse(file.Bytes!.Value);
                    tally.Finish();
                    return;
                }

                tally.Downloading(await new BlobDownload(client, _settings, model, commit, file, blob) { OnBytes = tally.Add, OnNote = options.OnNote }.RunAsync(stop));
                fresh = true;
            }
            else
            {
                tally.Reuse(file.Bytes!.Value);
            }

            SnapshotFile.Place(pointer, blob, link, fresh);
        }

        tally.Finish();
    }

    private static bool IsThere(string path, HubFile file, bool check, CancellationToken stop)
    {
        var found = new FileInfo(path);
        if (!found.Exists || found.LinkTarget is not null || found.Length != file.Bytes) return false;
        return !check || ContentHash.Matches(path, file.Hash!, null, stop);
    }

    private void CheckDisk(HubModelName model, List<HubFile> files, string folder)
    {
        long needed = 0;
        foreach (var file in files.DistinctBy(file => file.Hash))
        {
            var blob = _cache.BlobPath(model, file.Hash!);
            if (IsThere(blob, file, false, CancellationToken.None) || IsThere(Path.Combine(folder, file.Path), file, false, CancellationToken.None)) continue;
            var begun = new FileInfo(blob + BlobDownload.IncompleteSuffix);
            needed = checked(needed + Math.Max(0, file.Bytes!.Value - (begun.Exists ? begun.Length : 0)));
        }

        if (needed == 0 || _settings.FreeSpace(_settings.CacheFolder) is not { } free || needed <= free - DiskReserve) return;
        throw new FathomException($"{model}: {Mebibytes(needed)} MiB are still to be downloaded and the disk of {_settings.CacheFolder} has {Mebibytes(free)} MiB free ({DiskReserve >> 20} MiB are kept free): make room (fathom model list, fathom model remove), choose fewer files with --include, or name another disk with HF_HUB_CACHE");
    }

    private static string Mebibytes(long bytes) => (bytes / (double)(1 << 20)).ToString("F1", CultureInfo.InvariantCulture);
}
