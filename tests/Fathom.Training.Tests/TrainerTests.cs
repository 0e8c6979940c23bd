using System.Text.Json.Nodes;
using Fathom.Tensors.Autograd;

namespace Fathom.Training.Tests;

public sealed class TrainerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ACrashAfterAnyStepChangesNoByte(bool adapter)
    {
        TinyRun.Run(_folder["whole"], adapter: adapter);
        var whole = TinyRun.Files(_folder["whole"]);
        foreach (var step in adapter ? new[] { 3, 8, 17 } : [.. Enumerable.Range(1, 20)])
        {
            var broken = _folder[$"broken-{step}"];
            Assert.Throws<Saboteur.CrashException>(() => TinyRun.Run(broken, options => options with { Observer = new Saboteur(atStep: step) }, adapter: adapter));
            var after = new Saboteur();
            TinyRun.Run(broken, options => options with { Observer = after }, threads: 2, adapter: adapter);
            Assert.Equal(whole, TinyRun.Files(broken));
            Assert.True(step <= 4 || after.ResumedAt >= step - 4, $"went on from step {after.ResumedAt} though step {step} was done");
        }
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(20, 0)]
    [InlineData(0, 5)]
    [InlineData(0, 20)]
    public void ACrashAtACheckpointOrEvaluationChangesNoByte(int checkpoint, int evaluation)
    {
        TinyRun.Run(_folder["whole"]);
        Assert.Throws<Saboteur.CrashException>(() => TinyRun.Run(_folder["broken"], options => options with { Observer = new Saboteur(0, checkpoint, evaluation) }));
        TinyRun.Run(_folder["broken"]);
        Assert.Equal(TinyRun.Files(_folder["whole"]), TinyRun.Files(_folder["broken"]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(9)]
    [InlineData(20)]
    public void AskedToStopItKeepsTheStepAndGoesOn(int step)
    {
        TinyRun.Run(_folder["whole"]);
        using var stop = new CancellationTokenSource();
        var first = new Saboteur(onStep: () => { if (step-- == 1) stop.Cancel(); });
        Assert.Throws<OperationCanceledException>(() => TinyRun.Run(_folder["stopped"], options => options with { Observer = first }, stop: stop.Token));
        var second = new Saboteur();
        TinyRun.Run(_folder["stopped"], options => options with { Observer = second });
        Assert.Equal(first.Steps[^1], second.ResumedAt);
        Assert.Equal(TinyRun.Files(_folder["whole"]), TinyRun.Files(_folder["stopped"]));
    }

    [Fact]
    public void FinishedItDoesNothingMore()
    {
        TinyRun.Run(_folder["run"]);
        var before = TinyRun.Files(_folder["run"]);
        var again = new Saboteur();
        Assert.Equal(20, TinyRun.Run(_folder["run"], options => options with { Observer = again }).Steps);
        Assert.Empty(again.Steps);
        Assert.Equal(before, TinyRun.Files(_folder["run"]));
    }

    [Fact]
    public void TheLastCheckpointsAndTheBestAreKept()
    {
        TinyRun.Run(_folder["run"], options => options with { CheckpointEvery = 3, Keep = 1, EvaluateEvery = 4, Evaluations = [new Script([3, 1, 2, 2, 2])] });
        Assert.Equal(["step-000008", "step-000018", "step-000020"], Directory.GetDirectories(_folder["run/checkpoints"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void WithoutABetterValueItEndsAndTheBestModelIsStored()
    {
        var outcome = TinyRun.Run(_folder["run"], options => options with { EvaluateEvery = 2, Evaluations = [new Script([3, 1, 2, 1.5, 4])], EarlyStop = new EarlyStop(2), FinishWithBest = true });
        Assert.Equal(new TrainingOutcome(8, true, 4, 1, "script", _folder["run/model"]), outcome);
        Assert.Equal(File.ReadAllBytes(_folder["run/checkpoints/step-000004/model.safetensors"]), File.ReadAllBytes(_folder["run/model/model.safetensors"]));
        Assert.Equal(8, (int)JsonNode.Parse(File.ReadLines(_folder["run/metrics.jsonl"]).Last())!["step"]!);
    }

    [Fact]
    public void AnotherRunIsRefused()
    {
        TinyRun.Run(_folder["run"], options => options with { Identity = new JsonObject { ["data"] = "a", ["rate"] = 1 } });
        var error = Assert.Throws<FathomException>(() => TinyRun.Run(_folder["run"], options => options with { Identity = new JsonObject { ["data"] = "b", ["rate"] = 1 } }));
        Assert.Contains("data was \"a\", now \"b\"", error.Message, StringComparison.Ordinal);
        File.WriteAllText(_folder["run/metrics.jsonl"], "");
        Assert.Contains("it was changed", Assert.Throws<FathomException>(() => TinyRun.Run(_folder["run"], options => options with { Identity = new JsonObject { ["data"] = "a", ["rate"] = 1 } })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ALossThatIsNoNumberStopsWithTheBatchSaved()
    {
        var error = Assert.Throws<FathomException>(() => TinyRun.Run(_folder["run"], objective: new Poison(step: 6)));
        Assert.Contains("step 6: the loss is NaN", error.Message, StringComparison.Ordinal);
        var batch = JsonNode.Parse(File.ReadAllText(_folder["run/bad-batch.json"]))!;
        Assert.Equal(6, (int)batch["step"]!);
        Assert.InRange(batch["samples"]!.AsArray().Count, 1, 4);
        Assert.Equal(["step-000004", "step-000005"], Directory.GetDirectories(_folder["run/checkpoints"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void SettingsOutOfRangeAreRefused()
    {
        void Refused(Func<TrainerOptions, TrainerOptions> change, string part) => Assert.Contains(part, Assert.Throws<FathomException>(() => TinyRun.Run(_folder["run"], change)).Message, StringComparison.Ordinal);
        Refused(options => options with { Schedule = options.Schedule with { Peak = 0 } }, "learning rate");
        Refused(options => options with { Schedule = options.Schedule with { Peak = double.NaN } }, "learning rate");
        Refused(options => options with { Watch = "bleu" }, "validation_loss");
        Refused(options => options with { Evaluations = [], EarlyStop = new EarlyStop(1) }, "without an evaluation");
        Refused(options => options with { Keep = 0 }, "at least 1 checkpoint");
        Assert.False(Directory.Exists(_folder["run"]));
    }

    [Fact]
    public void TheForecastIsNearWhatIsHeld()
    {
        using var device = new AutogradDevice(1);
        using var model = TinyRun.Model(device);
        using var optimiser = new AdamW(device, ParameterGroup.DecayOnMatrices(model.Trainable.Values, 0.1));
        var samples = Enumerable.Range(0, 40).Select(i => Enumerable.Range(i, 30).Select(t => t % 40).ToArray()).ToList();
        var peak = 0L;
        Accumulation.Run(model, new Watcher(() => peak = Math.Max(peak, device.LiveBytes)), [TokenBatch.Of(samples)]);
        var forecast = MemoryForecast.Of(model.Config, null, 2, 1200);
        Assert.InRange(forecast.Total, 0.8 * peak, 2.0 * peak);
        Assert.Throws<FathomException>(() => MemoryForecast.Of(model.Config with { Width = int.MaxValue, FeedForwardWidth = int.MaxValue, Vocabulary = int.MaxValue, Layers = int.MaxValue / 4 }, null, 2, 1 << 20));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Gives prepared values, so that which is best is known.</summary>
    private sealed class Script(double[] values) : IEvaluation
    {
        private int _next;

        public IReadOnlyDictionary<string, bool> Metrics => new Dictionary<string, bool> { ["script"] = false };

        public IReadOnlyDictionary<string, double> Measure(TrainingMoment moment) => new Dictionary<string, double> { ["script"] = values[_next++] };
    }

    /// <summary>A loss that is no number at one step.</summary>
    private sealed class Poison(int step) : IObjective<TokenBatch>
    {
        private readonly CausalLanguageModelling _objective = new();
        private int _calls;

        public int Count(TokenBatch batch) => batch.TargetCount;

        public Variable Loss(Tape tape, ITrainable model, TokenBatch batch, int total)
        {
            var loss = _objective.Loss(tape, model, batch, total);
            var parts = TinyRun.Batches();
            var cursor = default(DataCursor);
            var before = 0;
            for (var s = 1; s < step; s++)
            {
                var (taken, next) = parts.Take(cursor);
                before += taken.Count;
                cursor = next;
            }

            if (_calls++ == before) loss.Values[0] = float.NaN;
            return loss;
        }
    }

    /// <summary>Looks on when the loss is made.</summary>
    private sealed class Watcher(Action look) : IObjective<TokenBatch>
    {
        private readonly CausalLanguageModelling _objective = new();

        public int Count(TokenBatch batch) => batch.TargetCount;

        public Variable Loss(Tape tape, ITrainable model, TokenBatch batch, int total)
        {
            var loss = _objective.Loss(tape, model, batch, total);
            look();
            return loss;
        }
    }
}
