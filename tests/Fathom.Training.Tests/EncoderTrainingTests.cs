using Fathom.Models;
using Fathom.Models.Adapters;
using Fathom.Models.Encoders;
using Fathom.Tensors.Autograd;

namespace Fathom.Training.Tests;

/// <summary>Encoders under the trainer: all weights and adapters, written, opened again, merged, resumed.</summary>
public sealed class EncoderTrainingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Folders => TinyEncoder.Folders;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Folders))]
    public void LearnsAndWhatIsWrittenGivesTheSameLogits(string name)
    {
        using var device = new AutogradDevice(1);
        using var model = TrainableEncoder.Load(TinyEncoder.Folder(name), device);
        var outcome = Train(model, device, name, "all", steps: 12, rate: 3e-3);
        Assert.Equal(12, outcome.Steps);
        AssertSameLogits(model, outcome.ModelFolder!, 1e-5);
        var losses = Losses("all");
        Assert.True(losses[^1] < losses[0], $"{losses[0]} to {losses[^1]}");
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void AnAdapterIsTaughtMergedAndLoadedAgain(string name)
    {
        var folder = TinyEncoder.Folder(name);
        using var device = new AutogradDevice(1);
        using var model = TrainableEncoder.Load(folder, device);
        var adapter = model.AddAdapter("default", new LoraOptions { TargetPattern = LoraOptions.AllLinear, Rank = 2, Dropout = 0.1 }, 7);
        Assert.Equal("SEQ_CLS", adapter.Options.TaskType);
        Assert.Contains("classifier", adapter.Options.ModulesToSave);
        Assert.DoesNotContain(adapter.Layers.Keys, layer => layer.Contains("classifier", StringComparison.Ordinal) || layer.EndsWith("_embeddings", StringComparison.Ordinal));
        var before = model.Parameters.ToDictionary(pair => pair.Key, pair => pair.Value.Values.ToArray());
        var outcome = Train(model, device, name, "lora", steps: 12, rate: 1e-2);
        Assert.All(before, pair => Assert.Equal(pair.Value, model.Parameters[pair.Key].Values.ToArray()));
        Assert.All(adapter.Layers.Values, layer => Assert.True(layer.B.Values.ContainsAnyExcept(0f), layer.Target.Module));
        var losses = Losses("lora");
        Assert.True(losses[^1] < losses[0], $"{losses[0]} to {losses[^1]}");
        AssertSameLogits(model, outcome.ModelFolder!, 1e-5);

        // PEFT's files onto the model as it was.
        using var again = TrainableEncoder.Load(folder, device);
        again.LoadAdapter("back", _folder["lora/adapter"]);
        Assert.Equal(Logits(model), Logits(again));
        again.MergeAdapters();
        using (var merged = TrainableEncoder.Load(outcome.ModelFolder!, device))
        {
            Assert.All(again.Parameters.Where(pair => !pair.Key.StartsWith("classifier", StringComparison.Ordinal)), pair => Assert.True(again.Adapters["back"].Saved.ContainsKey(pair.Key) || pair.Value.Values.SequenceEqual(merged.Parameters[pair.Key].Values), pair.Key));
            Assert.Equal(Logits(merged), Logits(again));
        }

        Assert.True(Distance(Logits(model), Logits(again)) <= 1e-5 * Math.Max(1, Logits(model).Max(Math.Abs)));
        again.UnmergeAdapters();
        Assert.Equal(Logits(model), Logits(again));
    }

    [Theory]
    [InlineData("bert", false)]
    [InlineData("bert", true)]
    [InlineData("deberta-v3", false)]
    public void AStoppedRunGoesOnToTheSameBytes(string name, bool adapter)
    {
        void Run(string folder, int threads, ITrainingObserver? observer = null, CancellationToken stop = default)
        {
            using var device = new AutogradDevice(threads);
            using var model = TrainableEncoder.Load(TinyEncoder.Folder(name), device);
            model.Dropout = 0.1;
            if (adapter) model.AddAdapter("default", new LoraOptions { TargetModules = ["query", "value"], Rank = 2, Dropout = 0.2 }, 7);
            Train(model, device, name, folder, steps: 9, rate: 3e-3, observer: observer, stop: stop);
        }

        Run("whole", 1);
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Run("stopped", 2, new StopAfter(5, source), source.Token));
        Run("stopped", 1);
        Assert.Equal(TinyRun.Files(_folder["whole"]), TinyRun.Files(_folder["stopped"]));
    }

    [Theory]
    [InlineData("bert-embedding", "bert.pooler.dense.weight", "BertForSequenceClassification")]
    [InlineData("t5", null, "no class head")]
    public void AnEncoderWithoutHeadGetsOne(string name, string? pooler, string says)
    {
        if (SharedFolder.TryPath("golden/hf/" + name) is not { } folder) return;
        using var device = new AutogradDevice(1);
        if (pooler is null)
        {
            Assert.Contains(says, Assert.Throws<FathomException>(() => TrainableEncoder.LoadClassifier(folder, device, ["a", "b"])).Message, StringComparison.Ordinal);
            return;
        }

        using var bare = TrainableEncoder.Load(folder, device);
        using var model = TrainableEncoder.LoadClassifier(folder, device, ["no", "yes"], seed: 3);
        Assert.Contains(pooler, model.Parameters.Keys);
        Assert.Equal(2, model.Classes);
        var outcome = Train(model, device, folder, "head", steps: 10, rate: 3e-3, classes: 2);
        Assert.Contains(says, File.ReadAllText(Path.Combine(outcome.ModelFolder!, "config.json")), StringComparison.Ordinal);
        using var opened = TextEncoder.Load(outcome.ModelFolder!, new LoadOptions { Threads = 1 });
        Assert.Equal(["no", "yes"], opened.Config.Labels);
        AssertSameLogits(model, outcome.ModelFolder!, 1e-5);
        Assert.Contains("apart", Assert.Throws<FathomException>(() => TrainableEncoder.LoadClassifier(outcome.ModelFolder!, device, ["other", "names"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNotThereIsRefused()
    {
        using var device = new AutogradDevice(1);
        using var model = TrainableEncoder.Load(TinyEncoder.Folder("bert"), device);
        Assert.Contains("max_tokens_per_micro_batch", Assert.Throws<FathomException>(() => model.ActivationCheckpointing = true).Message, StringComparison.Ordinal);
        Assert.Contains("q_proj", Assert.Throws<FathomException>(() => model.AddAdapter("a", new LoraOptions { TargetModules = ["q_proj"] })).Message, StringComparison.Ordinal);
        Assert.Contains("word_embeddings", Assert.Throws<FathomException>(() => model.AddAdapter("a", new LoraOptions { TargetModules = ["word_embeddings"] })).Message, StringComparison.Ordinal);
        using var tape = new Tape(device);
        Assert.Contains("does not predict tokens", Assert.Throws<FathomException>(() => new CausalLanguageModelling().Loss(tape, model, TokenBatch.Of([[1, 2]]), 1)).Message, StringComparison.Ordinal);
    }

    private TrainingOutcome Train(TrainableEncoder model, AutogradDevice device, string name, string to, int steps, double rate, int classes = 3, ITrainingObserver? observer = null, CancellationToken stop = default)
    {
        using var optimiser = new AdamW(device, ParameterGroup.DecayOnMatrices(model.Trainable.Values, 0.01));
        var options = new TrainerOptions
        {
            Folder = _folder[to],
            Schedule = new Schedule(ScheduleKind.Linear, rate, steps, WarmUp: 1),
            Clip = 1,
            CheckpointEvery = 3,
            Evaluations = [new LabelAccuracy([Batch(TinyEncoder.Samples(6, 9, classes))]), new HeldOutLoss<LabelledBatch>(new SequenceClassification(), [Batch(TinyEncoder.Samples(6, 9, classes))])],
            EvaluateEvery = 6,
            Companions = CompanionFiles.Read(Directory.Exists(name) ? name : TinyEncoder.Folder(name)),
            Observer = observer,
        };
        var data = new LabelledBatches(TinyEncoder.Samples(8, classes: classes), new TokenBatchOptions { Sequences = 4, MaxTokensPerMicroBatch = 30, Seed = 2 });
        return new Trainer<LabelledBatch>(model, new SequenceClassification(), data, optimiser, options).Run(stop);
    }

    private List<double> Losses(string folder) =>
        [.. File.ReadLines(_folder[folder + "/metrics.jsonl"]).Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!["loss"]).Where(loss => loss is not null).Select(loss => (double)loss!)];

    private static LabelledBatch Batch(List<LabelledSample> samples) => LabelledBatch.Of([.. samples.Select(sample => sample.Ids)], [.. samples.Select(sample => sample.Label)]);

    private static float[] Logits(TrainableEncoder model)
    {
        using var tape = new Tape(model.Device, training: false);
        return model.ClassLogits(tape, Batch(TinyEncoder.Samples(5, 4)).Tokens).Values.ToArray();
    }

    private static void AssertSameLogits(TrainableEncoder model, string folder, double tolerance)
    {
        using var opened = TextEncoder.Load(folder, new LoadOptions { Threads = 1, Tokenizer = false });
        var logits = opened.Encode([.. TinyEncoder.Samples(5, 4).Select(sample => new EncoderInput(sample.Ids))], EncoderParts.Logits).SelectMany(output => output.Logits).ToArray();
        var own = Logits(model);
        Assert.True(Distance(own, logits) <= tolerance * Math.Max(1, own.Max(Math.Abs)), $"{Distance(own, logits):g3}");
    }

    private static double Distance(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs((double)x - y)).Max();

    private sealed class StopAfter(int step, CancellationTokenSource source) : ITrainingObserver
    {
        public void OnResumed(int resumed)
        {
        }

        public void OnStep(StepReport report)
        {
            if (report.Step == step) source.Cancel();
        }

        public void OnEvaluation(int at, IReadOnlyDictionary<string, double> values)
        {
        }

        public void OnCheckpoint(int at)
        {
        }
    }
}
