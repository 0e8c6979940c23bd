namespace Fathom.Formats.Tests;

public class AtomicFolderTests
{
    [Fact]
    public void AFolderAppearsWholeOrNotAtAll()
    {
        using var temp = new TempFolder();
        var path = temp["out"];
        using (var folder = AtomicFolder.Create(path))
        {
            File.WriteAllText(Path.Combine(folder.WorkPath, "a"), "1");
            Assert.False(Directory.Exists(path));
        }

        Assert.Empty(Directory.GetFileSystemEntries(temp));
        Write(path, "1");
        Directory.CreateDirectory(Path.Combine(temp, ".out.tmp", "left by a crash"));
        Write(path, "2");
        Assert.Equal(["out"], Directory.GetFileSystemEntries(temp).Select(Path.GetFileName));
        Assert.Equal("2", File.ReadAllText(Path.Combine(path, "a")));
        Assert.Single(Directory.GetFileSystemEntries(path));
    }

    [Fact]
    public void WhereNoFolderCanBeItSaysSo()
    {
        using var temp = new TempFolder();
        File.WriteAllText(temp["file"], "");
        Assert.Contains("file", Assert.Throws<FathomException>(() => AtomicFolder.Create(Path.Combine(temp["file"], "out"))).Message, StringComparison.Ordinal);
    }

    private static void Write(string path, string text)
    {
        using var folder = AtomicFolder.Create(path);
        File.WriteAllText(Path.Combine(folder.WorkPath, "a"), text);
        folder.Commit();
    }
}
