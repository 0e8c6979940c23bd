using Fathom.Formats;
using Fathom.Tensors.Autograd;

namespace Fathom.Training.Tests;

public class LabelledDataTests
{
    private static readonly List<LabelledSample> Samples = [.. Enumerable.Range(0, 12).Select(i => new LabelledSample([3 + i, 20 + i % 2, 40], i % 2))];

    [Fact]
    public void ClassesAreInTheOrderOfTheirNumbersOrNames()
    {
        Assert.Equal(["2", "10"], LabelledEncoder.ClassesOf(Rows("10", "2", "10"), "x"));
        Assert.Equal(["10", "2", "b"], LabelledEncoder.ClassesOf(Rows("b", "10", "2"), "x"));
        Assert.Contains("every row is 'a'", Assert.Throws<FathomException>(() => LabelledEncoder.ClassesOf(Rows("a", "a"), "x")).Message, StringComparison.Ordinal);
        Assert.Contains("data.label_field", Assert.Throws<FathomException>(() => LabelledEncoder.ClassesOf(Rows("a", null), "x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EverySampleComesOnceAPassWithItsClass()
    {
        var batches = new LabelledBatches(Samples, new TokenBatchOptions { Sequences = 5, MaxTokensPerMicroBatch = 7, Seed = 3, Shuffle = true });
        var seen = new List<(int First, int Label)>();
        var cursor = default(DataCursor);
        while (cursor.Epoch == 0)
        {
            var described = batches.Describe(cursor);
            (var parts, cursor) = batches.Take(cursor);
            Assert.All(parts, part => Assert.InRange(batches.Tokens(part), 3, 7));
            var step = parts.SelectMany(part => part.Labels.Select((label, i) => (part.Tokens.Ids[part.Tokens.Segments[i].Start], label))).ToList();
            Assert.Equal(step.Select(sample => sample.label), described.Select(sample => (int)sample!["label"]!));
            seen.AddRange(step);
        }

        Assert.Equal(Samples.Select(sample => (sample.Ids[0], sample.Label)).Order(), seen.Order());
    }

    [Fact]
    public void TheTrainerTeachesAClassifierAndGoesOnToTheSameBytes()
    {
        var folder = Directory.CreateTempSubdirectory("fathom-classes-").FullName;
        try
        {
            var whole = Train(Path.Combine(folder, "whole"), 24, 24);
            Train(Path.Combine(folder, "broken"), 24, 9);
            var broken = Train(Path.Combine(folder, "broken"), 24, 24);
            Assert.Equal(1.0, whole);
            Assert.Equal(whole, broken);
            foreach (var file in new[] { "model/model.safetensors", "model/config.json", "metrics.jsonl" })
                Assert.Equal(File.ReadAllBytes(Path.Combine(folder, "whole", file)), File.ReadAllBytes(Path.Combine(folder, "broken", file)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Trains up to a step, then stops as if the person had asked; gives the last accuracy.</summary>
    private static double Train(string folder, int steps, int stopAfter)
    {
        using var device = new AutogradDevice(1);
        using var model = TrainableModel.Load(Golden.Folder("llama"), device);
        model.BecomeClassifier(["even", "odd"], seed: 1);
        using var optimiser = new AdamW(device, ParameterGroup.DecayOnMatrices(model.Trainable.Values, 0.01));
        var data = new LabelledBatches(Samples, new TokenBatchOptions { Sequences = 4, MaxTokensPerMicroBatch = 100, Shuffle = true });
        var accuracy = new Recorder(new LabelAccuracy(data.Take(default).Parts));
        using var stop = new CancellationTokenSource();
        var options = new TrainerOptions
        {
            Folder = folder,
            Schedule = new Schedule(ScheduleKind.Constant, 3e-3, steps),
            CheckpointEvery = 6,
            Evaluations = [accuracy],
            EvaluateEvery = 12,
            Companions = CompanionFiles.Read(Golden.Folder("llama")),
            Observer = new StopAt(stopAfter == steps ? int.MaxValue : stopAfter, stop),
        };
        var trainer = new Trainer<LabelledBatch>(model, new SequenceClassification(), data, optimiser, options);
        if (stopAfter < steps) Assert.Throws<OperationCanceledException>(() => trainer.Run(stop.Token));
        else trainer.Run();
        return accuracy.Last;
    }

    private static IEnumerable<DataRow> Rows(params string?[] labels) =>
        labels.Select((label, i) => new DataRow(i, i + 1, new Dictionary<string, DataValue>(StringComparer.Ordinal), "text", label, null));

    private sealed class Recorder(IEvaluation inner) : IEvaluation
    {
        public double Last { get; private set; }

        public IReadOnlyDictionary<string, bool> Metrics => inner.Metrics;

        public IReadOnlyDictionary<string, double> Measure(TrainingMoment moment)
        {
            var values = inner.Measure(moment);
            Last = values.Values.Single();
            return values;
        }
    }

    private sealed class StopAt(int step, CancellationTokenSource stop) : ITrainingObserver
    {
        public void OnResumed(int resumed)
        {
        }

        public void OnStep(StepReport report)
        {
            if (report.Step >= step) stop.Cancel();
        }

        public void OnEvaluation(int at, IReadOnlyDictionary<string, double> values)
        {
        }

        public void OnCheckpoint(int at)
        {
        }
    }
}
