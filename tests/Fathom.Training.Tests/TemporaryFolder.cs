namespace Fathom.Training.Tests;

/// <summary>A folder of one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    // In memory where there is such a place: every checkpoint is flushed to the disk, which a busy one makes slow.
    private const string Memory = "/dev/shm";

    public string Root { get; } = Directory.Exists(Memory)
        ? Directory.CreateDirectory(Path.Combine(Memory, "fathom-training-" + Guid.NewGuid().ToString("N"))).FullName
        : Directory.CreateTempSubdirectory("fathom-training-").FullName;

    public string this[string name] => Path.Combine(Root, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
