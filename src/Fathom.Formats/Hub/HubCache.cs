using System.Diagnostics.CodeAnalysis;

namespace Fathom.Formats.Hub;

/// <summary>
/// The cache of models on this machine, laid out as the Python client lays it out:
/// <c>models--ORG--NAME/{blobs,refs,snapshots}</c>; a file in <c>snapshots/COMMIT</c> links to the blob that is named by its hash.
/// </summary>
public sealed class HubCache
{
    private const string Prefix = "models--";

    /// <summary>The cache in a folder, which need not exist.</summary>
    public HubCache(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Folder = folder;
    }

    /// <summary>Path of the cache.</summary>
    public string Folder { get; }

    /// <summary>The snapshot that a name stands for, if it is here.</summary>
    public bool TryFind(HubModelName model, [NotNullWhen(true)] out string? snapshot)
    {
        ArgumentNullException.ThrowIfNull(model);
        var commit = CommitOf(model);
        snapshot = commit is null ? null : SnapshotFolder(model, commit);
        if (snapshot is not null && Directory.Exists(snapshot)) return true;
        snapshot = null;
        return false;
    }

    /// <summary>The snapshot that a name stands for.</summary>
    /// <exception cref="FathomException">It is not here; the message says how to get it.</exception>
    public string Find(HubModelName model)
    {
        if (TryFind(model, out var snapshot)) return snapshot;
        var repository = RepositoryFolder(model);
        if (model.Organisation.Length == 0 && !Directory.Exists(repository)) throw new FathomException($"{model}: no such file or folder, and no model of that name in the cache {Folder}; models of the hub are named org/name: download one with: fathom model pull org/name");
        throw new FathomException(Directory.Exists(Path.Combine(repository, "snapshots")) && References(repository).Count > 0
            ? $"{model}: revision '{model.RevisionOrMain}' is not in the cache {repository}, which has {FileErrors.List(References(repository).Keys)}; download it with: fathom model pull {model}"
            : $"{model}: neither a path nor a model in the cache {Folder}; download it with: fathom model pull {model}");
    }

    /// <summary>Every model here, by name.</summary>
    public IReadOnlyList<HubCachedModel> List()
    {
        if (!Directory.Exists(Folder)) return [];
        return
        [
            .. Directory.EnumerateDirectories(Folder, Prefix + "*").Where(folder => Directory.Exists(Path.Combine(folder, "snapshots")))
                .Select(Describe).OrderBy(model => model.Id, StringComparer.Ordinal),
        ];
    }

    /// <summary>
    /// Removes a model; with a revision in its name that one only, keeping every file another snapshot needs. Where another branch or
    /// tag stands for the same commit, the name alone goes; a commit's own digits remove it with all its names.
    /// </summary>
    /// <returns>Bytes freed.</returns>
    /// <exception cref="FathomException">It is not here, or may not be removed.</exception>
    public long Remove(HubModelName model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var repository = RepositoryFolder(model);
        if (!Directory.Exists(repository)) throw new FathomException($"{model}: is not in the cache {Folder}");
        try
        {
            return model.Revision is null ? HubRemoval.Everything(repository, Path.Combine(Folder, ".locks", model.FolderName)) : HubRemoval.Revision(repository, Path.Combine(Folder, ".locks", model.FolderName), Find(model), model.Revision, References(repository));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FathomException($"{repository}: cannot be removed: {FileErrors.OneLine(failure.Message)}", failure);
        }
    }

    /// <summary>Hashes every file of a snapshot and compares: the name of the blob it links to, or what <paramref name="known"/> says.</summary>
    /// <param name="snapshot">Folder of the snapshot.</param>
    /// <param name="known">Hashes by path, for files that are no links; null for those that the download noted.</param>
    /// <param name="progress">Told the bytes read after each piece.</param>
    /// <param name="stop">Stops between pieces.</param>
    /// <exception cref="FathomException">A file cannot be read.</exception>
    public static IReadOnlyList<HubFileCheck> Verify(string snapshot, IReadOnlyDictionary<string, string>? known = null, Action<long>? progress = null, CancellationToken stop = default)
    {
        known ??= IsSnapshot(snapshot) ? SnapshotHashes.Read(snapshot) : null;
        var checks = new List<HubFileCheck>();
        foreach (var file in FilesOf(snapshot))
        {
            var path = Path.GetRelativePath(snapshot, file.FullName).Replace('\\', '/');
            var target = file.LinkTarget is null ? null : file.ResolveLinkTarget(returnFinalTarget: true);
            var name = target is null ? null : Path.GetFileName(target.FullName);
            var expected = name is not null && (HubAnswer.IsHex(name, 64) || HubAnswer.IsHex(name, 40)) ? name : known?.GetValueOrDefault(path);
            if (file.LinkTarget is not null && target is not { Exists: true }) checks.Add(new HubFileCheck(path, 0, expected, Passed: false));
            else checks.Add(new HubFileCheck(path, target is FileInfo blob ? blob.Length : file.Length, expected, expected is null ? null : ContentHash.Matches(file.FullName, expected, progress, stop)));
        }

        return checks;
    }

    /// <summary>Whether a folder is a snapshot of a cache: then it knows the hashes of its files.</summary>
    public static bool IsSnapshot(string folder) => NameOf(folder) is not null;

    /// <summary>The model that a folder is a snapshot of (<c>org/name</c>), by where it lies; null where it is none.</summary>
    public static string? NameOf(string folder)
    {
        var snapshots = Path.GetDirectoryName(Path.GetFullPath(Path.TrimEndingDirectorySeparator(folder)));
        return Path.GetFileName(snapshots) == "snapshots" && Path.GetFileName(Path.GetDirectoryName(snapshots)) is { } repository && repository.StartsWith(Prefix, StringComparison.Ordinal) ? IdOf(repository) : null;
    }

    internal string BlobFolder(HubModelName model) => Path.Combine(RepositoryFolder(model), "blobs");

    internal string BlobPath(HubModelName model, string hash) => Path.Combine(BlobFolder(model), hash);

    internal string LockPath(HubModelName model, string hash) => Path.Combine(Folder, ".locks", model.FolderName, hash + ".lock");

    internal string SnapshotFolder(HubModelName model, string commit) => Path.Combine(RepositoryFolder(model), "snapshots", commit);

    internal void CreateFolders(HubModelName model)
    {
        try
        {
            Directory.CreateDirectory(BlobFolder(model));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.CannotWrite(BlobFolder(model), failure);
        }
    }

    internal void WriteReference(HubModelName model, string commit)
    {
        if (model.RevisionOrMain == commit) return;
        var path = Path.Combine(RepositoryFolder(model), "refs", model.RevisionOrMain);
        try
        {
            if (File.Exists(path) && File.ReadAllText(path) == commit) return;
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);

            // A name of its own for each process: two may end at the same moment.
            var temporary = $"{path}.{Environment.ProcessId}-{Guid.NewGuid():N}.tmp";
            File.WriteAllText(temporary, commit);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.CannotWrite(path, failure);
        }
    }

    internal static IEnumerable<FileInfo> FilesOf(string snapshot) =>
        new DirectoryInfo(snapshot).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false }).OrderBy(file => file.FullName, StringComparer.Ordinal);

    private static Dictionary<string, string> References(string repository)
    {
        var folder = Path.Combine(repository, "refs");
        var references = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!Directory.Exists(folder)) return references;
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(path => !path.EndsWith(".tmp", StringComparison.Ordinal)))
        {
            if (new FileInfo(path).Length <= 256) references[Path.GetRelativePath(folder, path).Replace('\\', '/')] = File.ReadAllText(path).Trim();
        }

        return references;
    }

    private string? CommitOf(HubModelName model)
    {
        // What a reference says becomes a path: only a commit may.
        var reference = Path.Combine(RepositoryFolder(model), "refs", model.RevisionOrMain);
        if (File.Exists(reference) && new FileInfo(reference).Length <= 256 && File.ReadAllText(reference).Trim() is var commit && HubAnswer.IsHex(commit, 40)) return commit;
        return HubAnswer.IsHex(model.RevisionOrMain, 40) ? model.RevisionOrMain : null;
    }

    private static HubCachedModel Describe(string repository)
    {
        var references = References(repository);
        var snapshots = Directory.EnumerateDirectories(Path.Combine(repository, "snapshots")).Order(StringComparer.Ordinal).Select(folder =>
        {
            var commit = Path.GetFileName(folder);
            var files = FilesOf(folder).ToList();
            return new HubSnapshot(commit, [.. references.Where(pair => pair.Value == commit).Select(pair => pair.Key).Order(StringComparer.Ordinal)], folder, files.Count, files.Sum(HubRemoval.LengthOf));
        }).ToList();
        var blobs = Directory.Exists(Path.Combine(repository, "blobs")) ? new DirectoryInfo(Path.Combine(repository, "blobs")).GetFiles() : [];
        var incomplete = blobs.Where(blob => blob.Name.EndsWith(BlobDownload.IncompleteSuffix, StringComparison.Ordinal)).Sum(blob => blob.Length);
        var own = snapshots.SelectMany(snapshot => FilesOf(snapshot.Folder)).Where(file => file.LinkTarget is null).Sum(file => file.Length);
        return new HubCachedModel(IdOf(Path.GetFileName(repository)), repository, snapshots, blobs.Sum(blob => blob.Length) - incomplete + own, incomplete);
    }

    private static string IdOf(string folder) => folder[Prefix.Length..].Replace("--", "/", StringComparison.Ordinal);

    private string RepositoryFolder(HubModelName model) => Path.Combine(Folder, model.FolderName);
}
