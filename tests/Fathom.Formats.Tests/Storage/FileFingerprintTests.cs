namespace Fathom.Formats.Tests;

public class FileFingerprintTests
{
    [Fact]
    public void Sha256IsTheStandards()
    {
        using var folder = new TempFolder();
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", FileFingerprint.Sha256(folder.Write("f", "abc")));
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", FileFingerprint.Sha256(folder.Write("f", "")));
    }

    [Fact]
    public void ProgressIsToldAndReadingCanBeStopped()
    {
        using var folder = new TempFolder();
        var path = folder.Write("f", new byte[(2 << 20) + 5]);
        var told = new List<long>();
        FileFingerprint.Sha256(path, told.Add);
        Assert.Equal([1 << 20, 2 << 20, (2 << 20) + 5], told);
        Assert.Throws<OperationCanceledException>(() => FileFingerprint.Sha256(path, null, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void QuickSeesLengthStartEndAndMiddle()
    {
        using var folder = new TempFolder();
        foreach (var length in new[] { 0, 1, 65_536, 32 * 65_536, 32 * 65_536 + 1, 5_000_000 })
        {
            var content = new byte[length];
            var original = FileFingerprint.Quick(folder.Write("f", content));
            Assert.StartsWith("quick-", original, StringComparison.Ordinal);
            Assert.Equal(original, FileFingerprint.Quick(folder["f"]));
            Assert.NotEqual(original, FileFingerprint.Quick(folder.Write("g", new byte[length + 1])));
            if (length == 0) continue;
            foreach (var at in new[] { 0, length - 1 })
            {
                content[at] = 1;
                Assert.NotEqual(original, FileFingerprint.Quick(folder.Write("g", content)));
                content[at] = 0;
            }
        }
    }

    [Fact]
    public void AMissingFileIsNamed()
    {
        using var folder = new TempFolder();
        Assert.Equal($"{folder["f"]}: no such file", Assert.Throws<FathomException>(() => FileFingerprint.Quick(folder["f"])).Message);
        Assert.Throws<FathomException>(() => FileFingerprint.Sha256(folder["f"]));
    }

    [SharedFact("models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf")]
    public void TheRealModelHasThePublishedHash()
    {
        var hash = FileFingerprint.Sha256(SharedFolder.Path("models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf"));
        Assert.StartsWith("b179c952", hash, StringComparison.Ordinal);
        Assert.EndsWith("28110db53", hash, StringComparison.Ordinal);
    }
}
