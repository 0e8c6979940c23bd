namespace Fathom.EndToEnd.Tests.Support;

/// <summary>A folder of one test, deleted with it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Root = Directory.CreateTempSubdirectory("fathom-e2e-").FullName;

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
