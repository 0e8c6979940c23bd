using Fathom.EndToEnd.Tests.Support;

namespace Fathom.EndToEnd.Tests;

public sealed class QuickstartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheMainJobInAMinuteWithTheSameNumbersOnEveryRun()
    {
        var json = FathomProcess.Run("quickstart", "--out", _folder["one"], "--threads", "1", "--json").Succeeded().Json;
        Assert.Equal("quickstart", (string)json["command"]!);
        var solved = json["accuracy"]!.AsArray().ToDictionary(set => (string)set!["set"]!, set => (double)set!["accuracy"]!);
        Assert.True(solved["own"] >= 0.9, $"solves {solved["own"]} of its own kind");
        Assert.All(solved.Where(set => set.Key != "own"), set => Assert.True(set.Value < 0.4, $"solves {set.Value} of {set.Key}"));
        Assert.Equal(["own", "near-steps", "near-numbers", "near-wording"], solved.Keys);

        var results = json["results"]!.AsArray();
        Assert.Equal(6, results.Select(row => (string)row!["set"]!).Distinct().Count());
        foreach (var far in results.Where(row => ((string)row!["set"]!).StartsWith("far", StringComparison.Ordinal) && (string)row["detector"]! is "msp" or "cosine"))
            Assert.InRange((double)far!["auroc"]!, 0.9, 1);
        var meaning = json["meaning"]!.AsArray().Select(sentence => (string)sentence!).ToList();
        Assert.Equal(5, meaning.Count);
        Assert.Contains("The model solves 95 %", meaning[0], StringComparison.Ordinal);
        Assert.Contains("In use:", meaning[3], StringComparison.Ordinal);
        Assert.Contains("Beware of length:", meaning[4], StringComparison.Ordinal);

        foreach (var next in ((string)json["next"]!).Replace("--out guard.fathom", "--out " + _folder["guard.fathom"], StringComparison.Ordinal).Replace("score guard.fathom", "score " + _folder["guard.fathom"], StringComparison.Ordinal).Replace("--out scores", "--out " + _folder["scores"], StringComparison.Ordinal).Split(" && "))
            FathomProcess.Run([.. next.Split(' ')[1..], "--limit", "20"]).Succeeded();
        Assert.True(File.Exists(_folder["scores/report.html"]));

        var text = FathomProcess.Run("quickstart", "--out", _folder["two"], "--threads", "2", "--batch-size", "7").Succeeded();
        Assert.Contains("(right)", text.Out, StringComparison.Ordinal);
        Assert.Contains("Next:", text.Out, StringComparison.Ordinal);
        Assert.Contains("(length alone)", text.Out, StringComparison.Ordinal);
        Assert.All(text.Out.Split('\n').Where(line => line.StartsWith("tv0", StringComparison.Ordinal)), line => Assert.True(line.Length <= 80));
        foreach (var file in new[] { "result.json", "samples.jsonl", "data/own.jsonl" })
            Assert.Equal(File.ReadAllText(_folder["one/" + file]), File.ReadAllText(_folder["two/" + file]));
        Assert.True(File.Exists(_folder["two/report.html"]));
    }

    [Fact]
    public void AModelThatIsNotThereIsSaidSo() => FathomProcess.Run("quickstart", "--model", _folder["nowhere"], "--out", _folder["out"]).FailedWith(1, "nowhere");

    [Fact]
    public void ADamagedModelIsSaidSo()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "quickstart", "arithmetic")))
            _folder.Write("damaged/" + Path.GetFileName(file), File.ReadAllBytes(file));
        using (var weights = File.OpenWrite(_folder["damaged/model.safetensors"])) weights.SetLength(weights.Length / 2);
        FathomProcess.Run("quickstart", "--model", _folder["damaged"], "--out", _folder["out"]).FailedWith(1, "model.safetensors", "truncated");
    }

    [Fact]
    public void AModelThatSolvesNothingIsNotPraised()
    {
        var model = TinyModel.Write(_folder["tiny"]);
        var config = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(_folder["tiny/config.json"]))!;
        config["max_position_embeddings"] = 256;
        File.WriteAllText(_folder["tiny/config.json"], config.ToJsonString());
        var json = FathomProcess.Run("quickstart", "--model", model, "--out", _folder["out"], "--json").Succeeded().Json;
        Assert.Contains("was not taught them", (string)json["meaning"]![0]!, StringComparison.Ordinal);
    }
}
