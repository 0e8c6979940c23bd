using Fathom.EndToEnd.Tests.Support;

namespace Fathom.EndToEnd.Tests;

[Collection(SharedBench.Name)]
public sealed class BlanksTests(Bench bench) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void BlanksThatTellTheSetsApartAreWarnedOfAndTrimmed()
    {
        var id = _folder["blank.jsonl"];
        File.WriteAllLines(id, File.ReadLines(bench.Near).Select(line => line.Replace("\"question\":\"", "\"question\":\" ", StringComparison.Ordinal).Replace("\"question\": \"", "\"question\": \" ", StringComparison.Ordinal)));
        var plain = Evaluate(id, "plain");
        Assert.Contains(plain, warning => warning.Contains("100 % of the texts of blank begin with a blank, but 0 % of", StringComparison.Ordinal));
        Assert.DoesNotContain(Evaluate(id, "trimmed", "--trim"), warning => warning.Contains("blank, but", StringComparison.Ordinal));
        Assert.Equal(Scores(bench.Near, "as-is"), Scores(id, "trimmed-again", "--trim"));
    }

    private List<string> Evaluate(string id, string name, params string[] more)
    {
        var json = FathomProcess.Run(["ood", "evaluate", bench.Model, "--id", id, "--ood", bench.Far, "--detectors", "msp", "--limit", "20", "--out", _folder[name], "--json", .. more]).Succeeded().Json;
        return [.. json["warnings"]!.AsArray().Select(warning => (string)warning!)];
    }

    private List<string> Scores(string id, string name, params string[] more)
    {
        Evaluate(id, name, more);
        return [.. Bench.Lines(_folder[name + "/samples.jsonl"]).Select(line => line["scores"]!.ToJsonString())];
    }
}
