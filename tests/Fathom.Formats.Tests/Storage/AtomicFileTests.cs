using System.Text;

namespace Fathom.Formats.Tests;

public class AtomicFileTests
{
    [Fact]
    public void TheNameStandsForTheOldFileUntilTheNewOneIsWhole()
    {
        using var folder = new TempFolder();
        folder.Write("f", "old");
        using (var file = AtomicFile.Create(folder["f"]))
        {
            file.Stream.Write("new"u8);
            file.Stream.Flush();
            Assert.Equal("old", File.ReadAllText(folder["f"]));
            file.Commit();
            Assert.Equal("new", File.ReadAllText(folder["f"]));
        }

        Assert.Equal("new", File.ReadAllText(folder["f"]));
        Assert.Single(Directory.GetFiles(folder));
    }

    [Fact]
    public void AnErrorLeavesTheOldFile()
    {
        using var folder = new TempFolder();
        folder.Write("f", "old");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(folder["f"], stream =>
        {
            stream.Write("half"u8);
            throw new InvalidOperationException();
        }));
        Assert.Equal("old", File.ReadAllText(folder["f"]));
        Assert.Single(Directory.GetFiles(folder));
    }

    [Fact]
    public void LeftoversOfAKillAreWrittenOver()
    {
        using var folder = new TempFolder();
        folder.Write("f" + AtomicFile.TemporarySuffix, new string('x', 1000));
        AtomicFile.WriteAllText(folder["f"], "größer");
        Assert.Equal(Encoding.UTF8.GetBytes("größer"), File.ReadAllBytes(folder["f"]));
        Assert.Single(Directory.GetFiles(folder));
    }

    [Fact]
    public void WritingIsSeekable()
    {
        using var folder = new TempFolder();
        AtomicFile.Write(folder["f"], stream =>
        {
            stream.Write("0000body"u8);
            stream.Position = 0;
            stream.Write("head"u8);
        });
        Assert.Equal("headbody", File.ReadAllText(folder["f"]));
    }

    [Fact]
    public void TwoWritersOfOneFileAreKeptApart()
    {
        using var folder = new TempFolder();
        using var first = AtomicFile.Create(folder["f"]);
        Assert.Throws<FathomException>(() => AtomicFile.Create(folder["f"]));
    }

    [Fact]
    public void AMissingFolderIsNamed()
    {
        using var folder = new TempFolder();
        Assert.Equal($"{folder["no/f"]}: cannot be written: its folder does not exist", Assert.Throws<FathomException>(() => AtomicFile.WriteAllText(folder["no/f"], "x")).Message);
        Directory.CreateDirectory(folder["d"]);
        Assert.StartsWith($"{folder["d"]}: ", Assert.Throws<FathomException>(() => AtomicFile.WriteAllText(folder["d"], "x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFullDiskIsOneClearLineAndLeavesTheOldFile()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var folder = new TempFolder();
        folder.Write("f", "old");

        // The temporary file leads to the device that is always full.
        File.CreateSymbolicLink(folder["f" + AtomicFile.TemporarySuffix], "/dev/full");
        var refusal = Assert.Throws<FathomException>(() => AtomicFile.WriteAllBytes(folder["f"], new byte[1 << 20]));
        Assert.Equal($"{folder["f"]}: the disk is full; free some space and run the same command again (what was there before is unchanged)", refusal.Message);
        Assert.Equal("old", File.ReadAllText(folder["f"]));
    }
}
