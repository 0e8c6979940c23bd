using System.Text.Json.Nodes;
using Fathom.EndToEnd.Tests.Support;
using Fathom.Insight.Metrics;

namespace Fathom.EndToEnd.Tests;

/// <summary>Fine-tuning for detectors: labels generated, evaluation by epoch, detectors tried meanwhile, bad data.</summary>
[Collection(SharedBench.Name)]
public sealed class FineTuneTests(Bench bench) : IDisposable
{
    private readonly TemporaryFolder _folder = TemporaryFolder.InMemory();

    [Fact]
    public void LabelsAreLearntAndDetectorsTriedAfterEveryEpoch()
    {
        var recipe = Write();
        var result = FathomProcess.Run("train", recipe, "--out", _folder["run"], "--json").Succeeded().Json;
        Assert.Equal("label_accuracy", (string?)result["best"]!["metric"]);
        Assert.True((double)result["best"]!["value"]! >= 0.75, result.ToJsonString());
        Assert.Equal("adapter", (string?)result["model"]);
        Assert.False(Directory.Exists(_folder["run/model"]));
        var lines = File.ReadLines(_folder["run/metrics.jsonl"]).Select(line => JsonNode.Parse(line)!).ToList();
        var epochs = lines.Where(line => line["label_accuracy"] is not null).ToList();
        Assert.Equal(lines.Where(line => line["epoch"] is not null).Select(line => (int)line["epoch"]!).Max(), epochs.Count);
        var best = epochs.Last(line => (double)line["label_accuracy"]! == (double)result["best"]!["value"]!);
        Assert.Equal((int)result["best"]!["step"]!, (int)best["step"]!);

        // The same adapter in the hands of the other verbs gives the same numbers.
        string[] prompt = ["--template", "{text} =\\n", "--max-new-tokens", "1"];
        FathomProcess.Run(["ood", "fit", bench.Model, "--adapter", _folder["run/adapter"], "--data", _folder["valid.jsonl"], "--label-field", "label", "--detectors", "cosine,energy", "--out", _folder["bank.fathom"], .. prompt]).Succeeded();
        foreach (var detector in new[] { "cosine", "energy" })
        {
            var (id, ood) = (Scores("id", detector), Scores("ood", detector));
            Assert.Equal(ScoreTable.Create(ood, id).Auroc(), (double)best[$"ood_auroc_{detector}"]!);
        }

        File.AppendAllText(_folder["ood.jsonl"], """{"text":"late"}""" + "\n");
        FathomProcess.Run("train", recipe, "--out", _folder["run"]).FailedWith(2, "evaluate.ood.ood");
    }

    [Fact]
    public void BadDataAreRefusedInOneLine()
    {
        var recipe = Write();
        ProcessResult With(params string[] settings) => FathomProcess.Run(["train", recipe, "--out", _folder["bad"], .. settings.SelectMany(setting => new[] { "--set", setting })]);
        With("data.shots=99").FailedWith(1, "class 'calm' has only 24", "data.shots");
        With("data.max_length=3").FailedWith(1, "line 1", "'calm'", "max_length");
        With("evaluate.ood.detectors=[msp]").FailedWith(1, "msp looks at the output");
        With("evaluate.ood.detectors=[cosin]").FailedWith(1, "'cosin' is unknown");
        With("evaluate.ood.id=nothing.jsonl").FailedWith(1, "nothing.jsonl");
        With("evaluate.ood=null").FailedWith(1, "evaluate.ood with the files");
        With("evaluate.every=5").FailedWith(1, "evaluate.every_epoch");
        With("adapter=null").FailedWith(1, "save.merged");
        With("schedule.warm_up=3").FailedWith(1, "warm_up_share");
        File.AppendAllText(_folder["train.jsonl"], """{"text":" ","label":"calm"}""" + "\n");
        With("seed=1").FailedWith(1, "line 49 has an answer but no text");
    }

    public void Dispose() => _folder.Dispose();

    private double[] Scores(string set, string detector)
    {
        FathomProcess.Run("ood", "score", _folder["bank.fathom"], "--model", bench.Model, "--adapter", _folder["run/adapter"], "--data", _folder[$"{set}.jsonl"], "--out", _folder[$"{set}-{detector}"]).Succeeded();
        return [.. File.ReadLines(_folder[$"{set}-{detector}/samples.jsonl"]).Select(line => (double)JsonNode.Parse(line)!["scores"]![detector]!)];
    }

    private string Write()
    {
        string Text(int i) => i % 2 == 0 ? $"How many apples has Ann after {i}?" : $"LOUD WORDS {i} !!";
        string Lines(int from, int count, bool labels = true) => string.Concat(Enumerable.Range(from, count).Select(i => (labels
            ? new JsonObject { ["text"] = Text(i), ["label"] = i % 2 == 0 ? "calm" : "loud" }
            : new JsonObject { ["text"] = Text(i) }).ToJsonString() + "\n"));
        _folder.Write("train.jsonl", Lines(0, 48));
        _folder.Write("valid.jsonl", Lines(48, 16));
        _folder.Write("id.jsonl", Lines(64, 12, labels: false));
        _folder.Write("ood.jsonl", string.Concat(Enumerable.Range(0, 12).Select(i => new JsonObject { ["text"] = $"{i * 37}, {i}; <{i + 4}>" }.ToJsonString() + "\n")));
        return _folder.Write("generative.yaml", $$"""
            model: {path: "{{bench.Model}}"}
            data: {train: "{{_folder["train.jsonl"]}}", validation: "{{_folder["valid.jsonl"]}}", template: '{text} =\n{label}', learn_from: answer, max_length: 64, cut: text}
            adapter: {kind: lora, rank: 8, alpha: 16, dropout: 0.05, targets: [all-linear]}
            optimiser: {rate: 0.02}
            schedule: {kind: linear, warm_up_share: 0.04}
            batch: {sequences: 8, share_prefix: true}
            epochs: 12
            evaluate:
              every_epoch: true
              ties: last
              metrics: [label_accuracy, ood_auroc]
              ood: {bank: "{{_folder["valid.jsonl"]}}", id: "{{_folder["id.jsonl"]}}", ood: "{{_folder["ood.jsonl"]}}", detectors: [cosine, energy]}
            early_stop: {patience: 3, not_before_epoch: 4}
            save: {best: true, merged: false}
            """);
    }
}
