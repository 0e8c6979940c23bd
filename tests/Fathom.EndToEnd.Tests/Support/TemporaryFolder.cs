namespace Fathom.EndToEnd.Tests.Support;

/// <summary>A folder of one test, deleted with it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    private const string Memory = "/dev/shm";

    public TemporaryFolder() => Root = Directory.CreateTempSubdirectory("fathom-e2e-").FullName;

    private TemporaryFolder(string root) => Root = Directory.CreateDirectory(root).FullName;

    /// <summary>A folder in memory where there is such a place: for tests whose many flushes to the disk a busy one makes slow.</summary>
    public static TemporaryFolder InMemory() => Directory.Exists(Memory) ? new TemporaryFolder(Path.Combine(Memory, "fathom-e2e-" + Guid.NewGuid().ToString("N"))) : new TemporaryFolder();

    public string Root { get; }

    /// <summary>Path of a file in the folder.</summary>
    public string this[string name] => Path.Combine(Root, name);

    /// <summary>Writes a text file and answers its path.</summary>
    public string Write(string name, string text)
    {
        var path = this[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Writes a file and answers its path.</summary>
    public string Write(string name, byte[] bytes)
    {
        var path = this[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Root, recursive: true);
        }
        catch (IOException)
        {
            // A killed process may still be letting go of a mapping; the system's own cleaning takes the rest.
        }
    }
}
