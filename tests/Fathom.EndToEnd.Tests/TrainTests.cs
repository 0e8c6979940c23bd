using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Fathom.EndToEnd.Tests.Support;

namespace Fathom.EndToEnd.Tests;

/// <summary>The train verb on a model of width 16: what it leaves, killing it, bad recipes.</summary>
[Collection(SharedBench.Name)]
public sealed class TrainTests(Bench bench) : IDisposable
{
    private const string Scratch = """
        model:
          from_scratch: {hidden_size: 16, intermediate_size: 32, num_hidden_layers: 2, num_attention_heads: 2, num_key_value_heads: 1, max_position_embeddings: 128, tie_word_embeddings: true}
          tokenizer: {train: {vocabulary: 300, texts: 300}}
        data:
          learn_from: answer
          generator: {count: 300, seed: 1}
          validation_generator: {count: 20, seed: 2}
        optimiser: {rate: 0.01, weight_decay: 0.1}
        schedule: {warm_up: 5}
        batch: {sequences: 4, max_tokens_per_micro_batch: 200}
        steps: 150
        clip: 1.0
        evaluate: {every: 40, metrics: [loss, accuracy], problems: 3, max_new_tokens: 4}
        checkpoint: {every: 10, keep: 2}
        """;

    private static readonly string[] SameInEveryRun = ["metrics.jsonl", "result.json", "model/model.safetensors", "model/config.json", "model/tokenizer.json", "checkpoints/step-000150/model.safetensors", "checkpoints/step-000150/optimizer.safetensors", "checkpoints/step-000150/trainer_state.json"];
    private readonly TemporaryFolder _folder = TemporaryFolder.InMemory();

    [Fact]
    public void KilledAtAnyStepTheSameCommandEndsWithTheSameBytes()
    {
        var recipe = _folder.Write("scratch.yaml", Scratch);
        FathomProcess.Run("train", recipe, "--out", _folder["whole"], "--threads", "1", "--quiet").Succeeded();
        foreach (var threads in new[] { "1", "2" })
        {
            var broken = $"broken-{threads}";
            var kills = 0;
            foreach (var step in threads == "1" ? new[] { 1, 41, 80, 118 } : [13, 29, 64, 97])
            {
                using var process = FathomProcess.Start("train", recipe, "--out", _folder[broken], "--threads", threads, "--quiet");
                WaitForStep(process, _folder[$"{broken}/timings.jsonl"], step);
                kills += process.HasExited ? 0 : 1;
                process.KillHard();
            }

            Assert.True(kills >= 2, $"only {kills} runs were alive when they were to be killed");
            FathomProcess.Run("train", recipe, "--out", _folder[broken], "--threads", threads, "--quiet", "--set", "batch.activation_checkpointing=true").Succeeded();
            foreach (var file in SameInEveryRun) Assert.True(Same($"whole/{file}", $"{broken}/{file}"), $"{file} differs after kills on {threads} threads");
            Assert.Equal(Checkpoints("whole"), Checkpoints(broken));
        }
    }

    [Fact]
    public void CtrlCKeepsTheStepAtHandAndTheRunGoesOn()
    {
        if (OperatingSystem.IsWindows()) return;
        var recipe = _folder.Write("scratch.yaml", Scratch);
        using (var process = FathomProcess.Start("train", recipe, "--out", _folder["stopped"]))
        {
            WaitForStep(process, _folder["stopped/timings.jsonl"], 15);
            process.Interrupt();
            var result = process.WaitForEnd();
            Assert.True(result.ExitCode is 130 or 0, $"exit {result.ExitCode}\n{result.Error}");
            Assert.DoesNotContain("error:", result.Error, StringComparison.Ordinal);
        }

        var again = FathomProcess.Run("train", recipe, "--out", _folder["stopped"], "--json").Succeeded();
        FathomProcess.Run("train", recipe, "--out", _folder["whole"], "--quiet").Succeeded();
        foreach (var file in SameInEveryRun) Assert.True(Same($"whole/{file}", $"stopped/{file}"), $"{file} differs after Ctrl-C");
        Assert.Equal(Checkpoints("whole"), Checkpoints("stopped"));
        Assert.Equal(150, (int)again.Json["steps"]!);
        Assert.Contains("training loss", File.ReadAllText(_folder["stopped/report.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatItTeachesOtherVerbsOpen()
    {
        var recipe = _folder.Write("scratch.yaml", Scratch);
        var trained = FathomProcess.Run("train", recipe, "--out", _folder["run"], "--set", "steps=30", "--set", "save.precision=bf16", "--json").Succeeded().Json;
        Assert.True((double)trained["last"]!["loss"]! < (double)trained["first_loss"]! - 0.5);
        var text = FathomProcess.Run("generate", _folder["run/model"], "--prompt", "Q: 1 and 2?\nA:", "--max-new-tokens", "3", "--json").Succeeded().Json;
        Assert.Single(text["outputs"]!.AsArray());
        Assert.Equal("bfloat16", (string?)JsonNode.Parse(File.ReadAllText(_folder["run/model/config.json"]))!["torch_dtype"]);
        Assert.DoesNotContain("error", FathomProcess.Run("model", "inspect", _folder["run/model"]).Succeeded().Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AnAdapterIsTaughtAndMerged()
    {
        var recipe = _folder.Write("lora.yaml", Finetune("adapter: {kind: lora, rank: 2, alpha: 4, dropout: 0.1, targets: [q_proj, v_proj]}"));
        FathomProcess.Run("train", recipe, "--out", _folder["lora"], "--quiet").Succeeded();
        Assert.True(File.Exists(_folder["lora/adapter/adapter_model.safetensors"]));
        FathomProcess.Run("generate", _folder["lora/model"], "--prompt", "Q: 1 and 2?\nA:", "--max-new-tokens", "3").Succeeded();

        // The adapter on the base at load is the model that was saved merged, to the last bit of a log-probability.
        JsonNode Outputs(params string[] model) => FathomProcess.Run(["generate", .. model, "--prompt", "Q: 1 and 2?\nA:", "--max-new-tokens", "8", "--json"]).Succeeded().Json["outputs"]!;
        var merged = Outputs(_folder["lora/model"]).ToJsonString();
        Assert.Equal(merged, Outputs(bench.Model, "--adapter", _folder["lora/adapter"]).ToJsonString());
        Assert.NotEqual(merged, Outputs(bench.Model).ToJsonString());
        var bank = _folder["bank.fathom"];
        FathomProcess.Run("ood", "fit", bench.Model, "--adapter", _folder["lora/adapter"], "--data", bench.Near, "--out", bank, "--detectors", "msp", "--max-new-tokens", "2").Succeeded();
        FathomProcess.Run("ood", "score", bank, "--model", bench.Model, "--data", bench.Far, "--out", _folder["without"]).FailedWith(1, "fitted on model", "+adapter");
        FathomProcess.Run("ood", "score", bank, "--model", bench.Model, "--adapter", _folder["lora/adapter"], "--data", bench.Far, "--out", _folder["with"]).Succeeded();
        FathomProcess.Run("generate", bench.Model, "--adapter", _folder["lora/model"], "--prompt", "a").FailedWith(1, "adapter_config.json");
        var wrong = _folder.Write("wrong.yaml", Finetune("adapter: {targets: [q_porj]}"));
        FathomProcess.Run("train", wrong, "--out", _folder["wrong"]).FailedWith(1, "q_porj");
    }

    [Fact]
    public void AClassifierIsTaughtFromLabelledTexts()
    {
        string Lines(int from, int count) => string.Concat(Enumerable.Range(from, count).Select(i => new JsonObject { ["text"] = i % 2 == 0 ? $"How many apples has Ann after {i}?" : $"LOUD WORDS {i} !!", ["label"] = i % 2 == 0 ? "calm" : "loud" }.ToJsonString() + "\n"));
        var recipe = _folder.Write("classes.yaml", $$"""
            model: {path: "{{bench.Model}}"}
            objective: classification
            classifier: {pooling: mean, end_token: true}
            data: {train: "{{_folder.Write("train.jsonl", Lines(0, 64))}}", validation: "{{_folder.Write("test.jsonl", Lines(64, 20))}}"}
            adapter: {kind: lora, rank: 4, alpha: 8, targets: [q_proj, v_proj]}
            optimiser: {rate: 0.01}
            batch: {sequences: 8}
            epochs: 6
            """);
        var result = FathomProcess.Run("train", recipe, "--out", _folder["classes"], "--json").Succeeded().Json;
        Assert.True((double)result["last"]!["accuracy"]! >= 0.9, result["last"]!.ToJsonString());
        var config = JsonNode.Parse(File.ReadAllText(_folder["classes/model/config.json"]))!;
        Assert.Equal("calm", (string?)config["id2label"]!["0"]);
        Assert.Equal("LlamaForSequenceClassification", (string?)config["architectures"]![0]);
        Assert.Equal("SEQ_CLS", (string?)JsonNode.Parse(File.ReadAllText(_folder["classes/adapter/adapter_config.json"]))!["task_type"]);
        Assert.Equal("mean", (string?)config["classifier_pooling"]);

        // The detectors of class logits read its head, the others the state that the head reads.
        string[] model = [_folder["classes/model"], "--data", _folder["train.jsonl"], "--template", "{text}"];
        FathomProcess.Run(["ood", "fit", .. model, "--out", _folder["classes.fathom"], "--detectors", "cosine,mahalanobis_ledoit_wolf,softmax,energy", "--embedding", "avg"]).Succeeded();
        FathomProcess.Run("ood", "score", _folder["classes.fathom"], "--model", _folder["classes/model"], "--data", _folder["test.jsonl"], "--out", _folder["scores"]).Succeeded();
        var scores = File.ReadLines(_folder["scores/samples.jsonl"]).Select(line => JsonNode.Parse(line)!["scores"]!).ToList();
        Assert.Equal(20, scores.Count);
        Assert.All(scores, score => Assert.InRange((double)score["softmax"]!, -1, -0.5));
        FathomProcess.Run(["ood", "fit", .. model, "--out", _folder["no.fathom"], "--detectors", "tv"]).FailedWith(1, "generates nothing", "tv0");
        FathomProcess.Run("generate", _folder["classes/model"], "--prompt", "a").FailedWith(1, "predicts no tokens");
        FathomProcess.Run("train", recipe, "--out", _folder["no"], "--set", $"data.train={bench.Near}").FailedWith(1, "has no label", "data.label_field");
        FathomProcess.Run("train", recipe, "--out", _folder["no"], "--set", "data.label_field=text").FailedWith(1, "the classes are");
    }

    [Fact]
    public void AnotherRunInTheFolderIsRefusedWithWhatDiffers()
    {
        var recipe = _folder.Write("full.yaml", Finetune(""));
        FathomProcess.Run("train", recipe, "--out", _folder["full"], "--quiet").Succeeded();
        FathomProcess.Run("train", recipe, "--out", _folder["full"], "--set", "optimiser.rate=2e-3").FailedWith(2, "optimiser.rate was 0.001, now 0.002");
        FathomProcess.Run("train", recipe, "--out", _folder["full"], "--set", $"model.path={bench.OtherModel}").FailedWith(2, "model.files");
        FathomProcess.Run("train", recipe, "--out", _folder["full"], "--set", $"data.train={bench.Far}").FailedWith(2, "data.train");
    }

    [Fact]
    public void BadRecipesAreRefusedInOneLine()
    {
        var recipe = _folder.Write("full.yaml", Finetune(""));
        ProcessResult With(params string[] settings) => FathomProcess.Run(["train", recipe, "--out", _folder["bad"], .. settings.SelectMany(setting => new[] { "--set", setting })]);
        FathomProcess.Run("train", _folder.Write("typo.yaml", Finetune("optimizer: {rate: 1}"))).FailedWith(1, "typo.yaml: line ", "optimizer", "nearest is 'optimiser'");
        With("batch.sequences=many").FailedWith(1, "batch.sequences", "'many'", "a whole number");
        With("optimiser.rate=0").FailedWith(1, "optimiser.rate", "above 0");
        With("optimiser.rate=.nan").FailedWith(1, "optimiser.rate", "NaN");
        With("data.max_length=20", "data.learn_from=answer").FailedWith(1, "sample 0", "nothing to learn from", "max_length");
        With("data.take={modulo: 100, from: 90}").FailedWith(1, "leaves no row");
        With("data.template='{nothing}'").FailedWith(1, "nothing", "fields are");
        FathomProcess.Run("train", _folder["no.yaml"]).FailedWith(1, "no such file");
        FathomProcess.Run("train").FailedWith(2, "RECIPE");
    }

    [Fact]
    public void ALossThatIsNoNumberStopsAndKeepsTheBatch()
    {
        var recipe = _folder.Write("full.yaml", Finetune("save: {precision: fp32}"));
        FathomProcess.Run("train", recipe, "--out", _folder["nan"], "--set", "optimiser.kind=sgd", "--set", "optimiser.rate=1e30").FailedWith(1, "bad-batch.json");
        var batch = JsonNode.Parse(File.ReadAllText(_folder["nan/bad-batch.json"]))!;
        Assert.Contains("apples", (string?)batch["samples"]![0]!["text"], StringComparison.Ordinal);
        Assert.True((int)batch["step"]! > 1);
    }

    [SmallDiskFact]
    public void ADiskThatFillsUpLeavesThePreviousCheckpointAndTheRunGoesOn()
    {
        using var disk = new SmallDisk(4096);
        var recipe = _folder.Write("scratch.yaml", Scratch);
        var (run, ballast) = (Path.Combine(disk.Root, "run"), Path.Combine(disk.Root, "ballast"));
        string[] command = ["train", recipe, "--out", run, "--set", "steps=600", "--set", "evaluate.every=0", "--quiet"];
        using (var process = FathomProcess.Start(command))
        {
            WaitForStep(process, Path.Combine(run, "timings.jsonl"), 25);
            Fill(ballast);
            process.WaitForEnd().FailedWith(1, "disk is full");
        }

        var left = Directory.GetDirectories(Path.Combine(run, "checkpoints")).Order(StringComparer.Ordinal).ToList();
        Assert.All(left, folder => Assert.True(File.Exists(Path.Combine(folder, "trainer_state.json")) && File.Exists(Path.Combine(folder, "model.safetensors"))));
        Assert.InRange(left.Count, 1, 3);
        File.Delete(ballast);
        FathomProcess.Run(command).Succeeded();
        FathomProcess.Run(["train", recipe, "--out", _folder["whole"], .. command[4..]]).Succeeded();
        foreach (var file in new[] { "metrics.jsonl", "result.json", "model/model.safetensors" }) Assert.Equal(File.ReadAllBytes(_folder[$"whole/{file}"]), File.ReadAllBytes(Path.Combine(run, file)));
    }

    [SmallDiskFact]
    public void CheckpointsThatCannotFitAreRefusedBeforeTheFirstStep()
    {
        using var disk = new SmallDisk(420);
        var recipe = _folder.Write("scratch.yaml", Scratch);
        FathomProcess.Run("train", recipe, "--out", Path.Combine(disk.Root, "run"), "--set", "checkpoint.keep=100").FailedWith(1, "disk is full", "checkpoint.keep");
    }

    public void Dispose() => _folder.Dispose();

    private string Finetune(string extra) => $$"""
        model: {path: "{{bench.Model}}"}
        data: {train: "{{bench.Near}}"}
        batch: {sequences: 8}
        epochs: 1
        checkpoint: {every: 2}
        {{extra}}
        """;

    private static void Fill(string path)
    {
        using var file = File.Create(path);
        try
        {
            for (var block = new byte[4096]; ;) file.Write(block);
        }
        catch (IOException)
        {
            // Full, as it should be.
        }
    }

    private static void WaitForStep(FathomProcess process, string timings, int step)
    {
        var deadline = Environment.TickCount64 + 30_000;
        while (!process.HasExited && Environment.TickCount64 < deadline)
        {
            if (File.Exists(timings) && LastStep(timings) >= step) return;
            Thread.Sleep(2);
        }
    }

    private static int LastStep(string timings)
    {
        using var reader = new StreamReader(new FileStream(timings, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var whole = reader.ReadToEnd().Split('\n')[..^1];
        return whole.Length == 0 ? 0 : (int)JsonNode.Parse(whole[^1])!["step"]!;
    }

    private bool Same(string one, string other) => SHA256.HashData(File.ReadAllBytes(_folder[one])).AsSpan().SequenceEqual(SHA256.HashData(File.ReadAllBytes(_folder[other])));

    private string Checkpoints(string run) => string.Join(' ', Directory.GetDirectories(_folder[$"{run}/checkpoints"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
}
