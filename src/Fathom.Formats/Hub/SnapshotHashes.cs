namespace Fathom.Formats.Hub;

/// <summary>
/// The hashes of a snapshot whose files are no links, noted by the download beside it (<c>.fathom/COMMIT.hashes</c>, a line for each
/// file): nothing else in such a cache remembers them. The Python client looks at blobs, refs and snapshots only.
/// </summary>
internal static class SnapshotHashes
{
    private const long Longest = 64 << 20;

    /// <summary>Where the hashes of a snapshot are.</summary>
    public static string PathFor(string snapshot)
    {
        var folder = Path.GetFullPath(Path.TrimEndingDirectorySeparator(snapshot));
        return Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(folder))!, ".fathom", Path.GetFileName(folder) + ".hashes");
    }

    /// <summary>Hashes by path; what is no hash is passed over, since what it would say is checked by nobody.</summary>
    public static IReadOnlyDictionary<string, string> Read(string snapshot)
    {
        var path = PathFor(snapshot);
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            if (new FileInfo(path) is not { Exists: true, Length: <= Longest }) return hashes;
            foreach (var line in File.ReadLines(path))
            {
                var (hash, name) = line.IndexOf(' ', StringComparison.Ordinal) is > 0 and var blank ? (line[..blank], line[(blank + 1)..]) : ("", "");
                if (HubAnswer.IsHex(hash, 64) || HubAnswer.IsHex(hash, 40)) hashes[name] = hash;
            }

            return hashes;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.CannotRead(path, failure);
        }
    }

    /// <summary>Notes the hashes of files, keeping those of others.</summary>
    public static void Add(string snapshot, IEnumerable<HubFile> files)
    {
        var known = new SortedDictionary<string, string>(Read(snapshot).ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
        var before = known.Count;
        var changed = false;
        foreach (var file in files)
        {
            changed |= !known.TryGetValue(file.Path, out var old) || old != file.Hash;
            known[file.Path] = file.Hash!;
        }

        if (!changed && known.Count == before) return;
        var path = PathFor(snapshot);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var temporary = $"{path}.{Environment.ProcessId}-{Guid.NewGuid():N}.tmp";
            File.WriteAllLines(temporary, known.Select(pair => $"{pair.Value} {pair.Key}"));
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.CannotWrite(path, failure);
        }
    }
}
