using Fathom.EndToEnd.Tests.Support;

namespace Fathom.EndToEnd.Tests;

[Collection(SharedBench.Name)]
public sealed class ResumeTests(Bench bench) : IDisposable
{
    // Enough work that a kill or an interrupt meets the run in the middle on a fast machine too.
    private const int ManyQuestions = 400;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void KilledAnywhereTheSameCommandGivesTheSameFiles()
    {
        FathomProcess.Run(Command("whole")).Succeeded();
        var whole = File.ReadAllBytes(_folder["whole/result.json"]);
        var samples = File.ReadAllBytes(_folder["whole/samples.jsonl"]);

        var kills = 0;
        foreach (var milliseconds in new[] { 350, 600, 900, 1300 })
        {
            using var process = FathomProcess.Start(Command("broken"));
            Thread.Sleep(milliseconds);
            kills += process.HasExited ? 0 : 1;
            process.KillHard();
        }

        Assert.True(kills > 0, "every run ended before it was killed");
        FathomProcess.Run(Command("broken")).Succeeded();
        Assert.Equal(whole, File.ReadAllBytes(_folder["broken/result.json"]));
        Assert.Equal(samples, File.ReadAllBytes(_folder["broken/samples.jsonl"]));
    }

    [Fact]
    public void CtrlCStopsCleanlyAndTheRunGoesOn()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using (var process = FathomProcess.Start(Command("stopped")))
        {
            var deadline = DateTime.UtcNow.AddSeconds(30);
            while (!File.Exists(_folder["stopped/run.json"]) && DateTime.UtcNow < deadline)
            {
                Thread.Sleep(10);
            }

            process.Interrupt();
            var result = process.WaitForEnd();
            Assert.True(result.ExitCode == 130, $"exit {result.ExitCode}\n{result.Error}");
            Assert.DoesNotContain("error:", result.Error, StringComparison.Ordinal);
        }

        FathomProcess.Run(Command("stopped")).Succeeded();
        FathomProcess.Run(Command("whole")).Succeeded();
        Assert.Equal(File.ReadAllBytes(_folder["whole/result.json"]), File.ReadAllBytes(_folder["stopped/result.json"]));
    }

    public void Dispose() => _folder.Dispose();

    private string[] Command(string folder) =>
    [
        "ood", "evaluate", bench.Model, "--id", bench.Near, "--ood", bench.Far, "--ood", Many(),
        "--max-new-tokens", "48", "--batch-size", "1", "--threads", "1", "--out", _folder[folder], "--json",
    ];

    private string Many()
    {
        var path = _folder["many.jsonl"];
        if (!File.Exists(path))
        {
            File.WriteAllLines(path, Enumerable.Range(0, ManyQuestions).Select(i => $$"""{"question":"how many are {{i}} and {{i * 7}}?"}"""));
        }

        return path;
    }
}
