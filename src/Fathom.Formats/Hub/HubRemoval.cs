namespace Fathom.Formats.Hub;

/// <summary>Takes models out of the cache.</summary>
internal static class HubRemoval
{
    /// <summary>Removes all of a model; its bytes.</summary>
    public static long Everything(string repository, string locks)
    {
        var bytes = HubCache.FilesOf(repository).Where(file => file.LinkTarget is null).Sum(file => file.Length);
        Directory.Delete(repository, recursive: true);
        if (Directory.Exists(locks)) Directory.Delete(locks, recursive: true);
        return bytes;
    }

    /// <summary>Removes what a revision names; its bytes.</summary>
    public static long Revision(string repository, string locks, string snapshot, string revision, IReadOnlyDictionary<string, string> references)
    {
        // Another name stands for this commit too: who removes a tag does not mean to lose main.
        if (references.TryGetValue(revision, out var commit) && references.Count(pair => pair.Value == commit) > 1)
        {
            File.Delete(Path.Combine(repository, "refs", revision));
            return 0;
        }

        var others = Directory.EnumerateDirectories(Path.Combine(repository, "snapshots")).Any(other => Path.GetFileName(other) != Path.GetFileName(snapshot));
        return others ? Snapshot(repository, snapshot, references) : Everything(repository, locks);
    }

    /// <summary>Removes a snapshot, the names that stand for it and the blobs that no other snapshot links to; their bytes.</summary>
    private static long Snapshot(string repository, string snapshot, IReadOnlyDictionary<string, string> references)
    {
        var commit = Path.GetFileName(snapshot);
        var freed = HubCache.FilesOf(snapshot).Where(file => file.LinkTarget is null).Sum(file => file.Length);
        var mine = BlobsOf(snapshot);
        foreach (var other in Directory.EnumerateDirectories(Path.Combine(repository, "snapshots")).Where(other => Path.GetFileName(other) != commit)) mine.ExceptWith(BlobsOf(other));

        // Names first: an interruption leaves a snapshot nobody finds, never a name of nothing.
        foreach (var (name, _) in references.Where(pair => pair.Value == commit)) File.Delete(Path.Combine(repository, "refs", name));
        Directory.Delete(snapshot, recursive: true);
        if (SnapshotHashes.PathFor(snapshot) is var hashes && File.Exists(hashes)) File.Delete(hashes);
        var blobs = Path.Combine(repository, "blobs");
        foreach (var name in mine)
        {
            var blob = new FileInfo(Path.Combine(blobs, name));
            if (!blob.Exists) continue;
            freed += blob.Length;
            blob.Delete();
        }

        return freed;
    }

    /// <summary>Bytes of a file, of what it links to where it is a link; 0 where that is gone.</summary>
    public static long LengthOf(FileInfo file) => file.LinkTarget is null ? file.Length : file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: true } target ? target.Length : 0;

    // Only names of blobs: a link made by hand to somewhere else is never followed for deletion.
    private static HashSet<string> BlobsOf(string snapshot) =>
    [
        .. HubCache.FilesOf(snapshot).Select(file => file.LinkTarget).OfType<string>().Select(target => Path.GetFileName(target)).Where(name => HubAnswer.IsHex(name, 64) || HubAnswer.IsHex(name, 40)),
    ];
}
