namespace Fathom.Formats;

/// <summary>Walks the whole records of a log and tells a torn tail, which is normal after a kill, from damage, which is not.</summary>
internal static class RecordLogReader
{
    /// <summary>Checks the settings and gives every whole record; returns where the next one goes (0: not even the header is whole) and their number.</summary>
    public static (long End, int Count) Replay(string path, IReadOnlyDictionary<string, string> settings, Action<ReadOnlySpan<byte>>? replay)
    {
        using var file = FileBytes.Map(path, FileShare.ReadWrite | FileShare.Delete);
        return Replay(file, settings, replay);
    }

    public static (long End, int Count) Replay(FileBytes file, IReadOnlyDictionary<string, string> settings, Action<ReadOnlySpan<byte>>? replay)
    {
        if (RecordLogLayout.ReadHeader(file) is not { } header) return (0, 0);
        CheckSame(file.Name, header.Settings, settings);
        var (place, count) = ((long)header.Length, 0);
        for (int length; (length = RecordLogLayout.WholeRecord(file, place)) >= 0; place += RecordLogLayout.RecordHead + length)
        {
            replay?.Invoke(file.Span(place + RecordLogLayout.RecordHead, length));
            count = checked(count + 1);
        }

        CheckTorn(file, place, count);
        return (place, count);
    }

    public static IEnumerable<byte[]> Records(string path)
    {
        using var file = FileBytes.Map(path, FileShare.ReadWrite | FileShare.Delete);
        if (RecordLogLayout.ReadHeader(file) is not { } header) yield break;
        var (place, count) = ((long)header.Length, 0);
        for (int length; (length = RecordLogLayout.WholeRecord(file, place)) >= 0; place += RecordLogLayout.RecordHead + length)
        {
            yield return file.Span(place + RecordLogLayout.RecordHead, length).ToArray();
            count = checked(count + 1);
        }

        CheckTorn(file, place, count);
    }

    // A kill tears the last record only. A whole record behind a broken one means that the disk or another program changed the file.
    private static void CheckTorn(FileBytes file, long place, int count)
    {
        for (var later = place + 1; later <= file.Length - RecordLogLayout.RecordHead; later++)
        {
            if (RecordLogLayout.WholeRecord(file, later) >= 0)
                throw new FathomException($"{file.Name}: record {count} at byte {place} is damaged, though whole records follow at byte {later}: the file was changed from outside; restore it, or delete it to start again");
        }
    }

    private static void CheckSame(string file, SortedDictionary<string, string> begun, IReadOnlyDictionary<string, string> now)
    {
        foreach (var name in begun.Keys.Union(now.Keys).Order(StringComparer.Ordinal))
        {
            var before = begun.GetValueOrDefault(name);
            var after = now.GetValueOrDefault(name);
            if (!string.Equals(before, after, StringComparison.Ordinal))
                throw new FathomException($"{file}: was begun with {Setting(name, before)} and cannot be gone on with {Setting(name, after)}; run with the same settings, or choose another folder, or delete the file to start again");
        }
    }

    private static string Setting(string name, string? value) => value is null ? $"no {name}" : $"{name} {FileErrors.Quote(value)}";
}
