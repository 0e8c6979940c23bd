using System.Text.Json.Nodes;
using Fathom.EndToEnd.Tests.Support;

namespace Fathom.EndToEnd.Tests;

/// <summary>Encoders taught by the tool: classifiers with all weights and with adapters, vectors of texts, and what is refused.</summary>
[Collection(SharedBench.Name)]
public sealed class EncoderTrainTests(Bench bench) : IDisposable
{
    private readonly TemporaryFolder _folder = TemporaryFolder.InMemory();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AClassifierIsTaughtFromARecipe(bool adapter)
    {
        var recipe = Classifier(adapter);
        var result = FathomProcess.Run("train", recipe, "--out", _folder["run"], "--json").Succeeded().Json;
        Assert.True((double)result["last"]!["accuracy"]! >= 0.9, result.ToJsonString());
        var config = JsonNode.Parse(File.ReadAllText(_folder["run/model/config.json"]))!;
        Assert.Equal("BertForSequenceClassification", (string?)config["architectures"]![0]);
        Assert.Equal("calm", (string?)config["id2label"]!["0"]);
        Assert.Equal(adapter, Directory.Exists(_folder["run/adapter"]));
        var seen = FathomProcess.Run("model", "inspect", _folder["run/model"], "--json").Succeeded().Json;
        Assert.Equal(["calm", "loud"], seen["labels"]!.AsArray().Select(label => (string?)label));

        // Taught on: the head is there and stays.
        FathomProcess.Run("train", recipe, "--out", _folder["more"], "--set", $"model.path={_folder["run/model"]}", "--set", "epochs=1", "--quiet").Succeeded();
        Assert.Equal(File.ReadAllBytes(_folder["run/model/model.safetensors"]).Length, File.ReadAllBytes(_folder["more/model/model.safetensors"]).Length);
    }

    [Fact]
    public void VectorsOfTextsAreTaughtByPairs()
    {
        Write(_folder["encoder"]);
        File.WriteAllLines(_folder["pairs.jsonl"], Enumerable.Range(0, 12).Select(i => new JsonObject { ["a"] = $"{(char)('a' + i)}{(char)('a' + i)} x", ["b"] = $"y {(char)('a' + i)}" }.ToJsonString()));
        var recipe = _folder.Write("pairs.yaml", $$"""
            model: {path: '{{_folder["encoder"]}}'}
            objective: embedding
            data: {train: '{{_folder["pairs.jsonl"]}}', validation: '{{_folder["pairs.jsonl"]}}', text_field: a, answer_field: b}
            optimiser: {rate: 1e-2}
            batch: {sequences: 12}
            steps: 20
            """);
        var result = FathomProcess.Run("train", recipe, "--out", _folder["run"], "--json").Succeeded().Json;
        Assert.True((double)result["last"]!["validation_loss"]! < (double)result["first_loss"]!, result.ToJsonString());
        var embedded = FathomProcess.Run("embed", _folder["run/model"], "--data", _folder["pairs.jsonl"], "--text-field", "a", "--json").Succeeded().Json;
        Assert.True((bool)embedded["normalized"]!);
        Assert.Equal("mean", (string?)embedded["pooling"]);
        FathomProcess.Run("train", recipe, "--out", _folder["bad"], "--set", "data.answer_field=null").FailedWith(1, "line 1 is not a pair", "data.answer_field");
        FathomProcess.Run("train", recipe, "--out", _folder["bad"], "--set", "embedding.temperature=0").FailedWith(1, "embedding.temperature");
        FathomProcess.Run("train", recipe, "--out", _folder["bad"], "--set", $"model.path={bench.Model}").FailedWith(1, "objective", "encoders");
    }

    [Fact]
    public void WhatIsForLanguageModelsIsRefusedByName()
    {
        var recipe = Classifier(adapter: false);
        ProcessResult With(params string[] settings) => FathomProcess.Run(["train", recipe, "--out", _folder["bad"], .. settings.SelectMany(setting => new[] { "--set", setting })]);
        With("objective=causal_language_modelling").FailedWith(1, "does not predict the next token");
        With("batch.activation_checkpointing=true").FailedWith(1, "batch.activation_checkpointing");
        With("classifier.pooling=mean").FailedWith(1, "classifier");
        With("data.cut=text").FailedWith(1, "data.cut");
        With("model.dropout=1").FailedWith(1, "model.dropout");
        With("adapter.targets=[q_proj]").FailedWith(1, "q_proj", "query");
        With($"model.path={bench.Model}", "model.dropout=0.1").FailedWith(1, "model.dropout");
    }

    public void Dispose() => _folder.Dispose();

    private string Classifier(bool adapter)
    {
        Write(_folder["encoder"]);
        var rows = Enumerable.Range(0, 24).Select(i => new JsonObject { ["text"] = i % 2 == 0 ? $"aa b{(char)('c' + i % 9)}" : $"zz q{(char)('c' + i % 9)}", ["label"] = i % 2 == 0 ? "calm" : "loud" }.ToJsonString());
        File.WriteAllLines(_folder["train.jsonl"], rows);
        return _folder.Write("recipe.yaml", $$"""
            model: {path: '{{_folder["encoder"]}}', dropout: 0.1}
            objective: classification
            data: {train: '{{_folder["train.jsonl"]}}', validation: '{{_folder["train.jsonl"]}}', max_length: 16}
            {{(adapter ? "adapter: {rank: 4, targets: [query, value, dense]}" : "")}}
            optimiser: {rate: {{(adapter ? "2e-2" : "1e-2")}}}
            batch: {sequences: 8}
            epochs: 10
            clip: 1.0
            """);
    }

    private static void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        TinyBert.Write(folder);
    }
}
