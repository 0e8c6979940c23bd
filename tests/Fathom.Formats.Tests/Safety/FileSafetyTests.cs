using Fathom.Formats.Tests.PyTorch;

namespace Fathom.Formats.Tests.Safety;

public sealed class FileSafetyTests
{
    [Theory]
    [InlineData("zip.bin", FileDanger.None, null)]
    [InlineData("legacy.bin", FileDanger.None, null)]
    [InlineData("linear.bin", FileDanger.None, null)]
    [InlineData("evil.bin", FileDanger.Code, "asks for 'posix.system'")]
    [InlineData("plain.pkl", FileDanger.Code, "asks for 'posix.system'")]
    [InlineData("module.pt", FileDanger.Code, "asks for 'torch.nn.modules.linear.Linear'")]
    [InlineData("script.pt", FileDanger.Code, "is a TorchScript program")]
    public void PicklesAreJudgedByWhatTheyAskFor(string name, FileDanger danger, string? finding)
    {
        var verdict = Assert.Single(FileSafety.Of(PyTorchFileTests.Golden(name)));
        Assert.Equal((name, danger), (verdict.Name, verdict.Danger));
        if (finding is null) Assert.Empty(verdict.Findings);
        else Assert.Contains(verdict.Findings, line => line.StartsWith(finding, StringComparison.Ordinal));
        Assert.False(File.Exists("/tmp/fathom-was-here"));
    }

    [Fact]
    public void EveryNameIsListed()
    {
        using var folder = new TempFolder();
        var pickle = new PickleBytes().Op('}').Text("a").Global("os", "system").Text("x").Op(0x85).Op('R').Op('s').Text("b").Text("builtins").Text("eval").Op(0x93).Op(')').Op('R').Op('s').End();
        folder.Write("x.bin", PickleBytes.Checkpoint(pickle));
        Assert.Equal(["asks for 'builtins.eval'", "asks for 'os.system'"], Assert.Single(FileSafety.Of(folder["x.bin"])).Findings);
    }

    [Fact]
    public void AFoldersFilesAreJudgedOneByOne()
    {
        using var folder = new TempFolder();
        SafetensorsWriter.Save(folder["good.safetensors"], new TensorBundle().Add("a", new[] { 1f }));
        folder.Write("header.safetensors", [0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, (byte)'{']);
        folder.Write("shapes.gguf", new GgufBytes().Tensor("huge", 0, [1UL << 62, 4], []).Build());
        folder.Write("modeling_x.py", "print(1)");
        folder.Write("weights.npz", "x");
        folder.Write("config.json", "{}");
        folder.Write("noise.pkl", "\u0080noise");
        var verdicts = FileSafety.Of(folder).ToDictionary(verdict => verdict.Name);
        Assert.Equal(FileDanger.None, verdicts["good.safetensors"].Danger);
        Assert.Equal(FileDanger.Damaged, verdicts["header.safetensors"].Danger);
        Assert.Contains("the format allows", verdicts["header.safetensors"].Findings[0], StringComparison.Ordinal);
        Assert.Equal(FileDanger.Damaged, verdicts["shapes.gguf"].Danger);
        Assert.Contains("more than a file can hold", verdicts["shapes.gguf"].Findings[0], StringComparison.Ordinal);
        Assert.Equal(FileDanger.Code, verdicts["modeling_x.py"].Danger);
        Assert.Equal(FileDanger.NotExamined, verdicts["weights.npz"].Danger);
        Assert.Equal(FileDanger.Code, verdicts["noise.pkl"].Danger);
        Assert.False(verdicts.ContainsKey("config.json"));
    }
}
