using Fathom.Insight.Metrics;
using Fathom.Tensors;

namespace Fathom.Insight.Tests.Metrics;

public sealed class DriftTests
{
    [Fact]
    public void WhileNothingMovesTheAlarmKeepsItsPromise()
    {
        // 500 streams of 600, watched after every sample; a tenth may ever alarm. Ties on purpose.
        var alarms = Enumerable.Range(0, 500).Count(stream =>
        {
            var random = new CounterRandom(21, (ulong)stream);
            var monitor = new DriftMonitor([.. Enumerable.Range(0, 60).Select(_ => Score(random, 0))], new DriftOptions { FalseAlarmRate = 0.1, Seed = (ulong)stream });
            for (var i = 0; i < 600; i++) monitor.Add(Score(random, 0));
            return monitor.AlarmAt is not null;
        });
        Assert.InRange(alarms / 500.0, 0, 0.1 + 3 * Math.Sqrt(0.1 * 0.9 / 500));
        Assert.True(alarms > 0);
    }

    [Fact]
    public void PValuesAreUniformDespiteTies()
    {
        var random = new CounterRandom(3);
        var monitor = new DriftMonitor([.. Enumerable.Range(0, 20).Select(_ => Score(random, 0))]);
        var values = Enumerable.Range(0, 4000).Select(_ => monitor.Add(Score(random, 0)).PValue).Order().ToArray();
        Assert.InRange(values[0], 1e-9, 1);
        Assert.InRange(values[^1], 0, 1);

        // Kolmogorov's distance stays below its 0.1 % bound.
        Assert.True(values.Select((p, i) => Math.Abs(p - (i + 0.5) / values.Length)).Max() < 1.95 / Math.Sqrt(values.Length));
    }

    [Theory]
    [InlineData(2.0, 100)]
    [InlineData(-2.0, 100)]
    [InlineData(2.0, 5000)]
    [InlineData(0.8, 500)]
    public void AMoveIsNoticedSoonAlsoAfterALongQuietTime(double shift, int quiet)
    {
        var random = new CounterRandom(5);
        var monitor = new DriftMonitor([.. Enumerable.Range(0, 200).Select(_ => Score(random, 0))]);
        for (var i = 0; i < quiet; i++) Assert.False(monitor.Add(Score(random, 0)).IsAlarm);
        for (var i = 0; i < 400 && monitor.AlarmAt is null; i++) monitor.Add(Score(random, shift));
        Assert.NotNull(monitor.AlarmAt);
        Assert.InRange(monitor.AlarmAt.Value - quiet, 5, Math.Abs(shift) > 1 ? 80 : 250);
        Assert.True(monitor.LogCapital >= Math.Log(100) || monitor.Count > monitor.AlarmAt);
    }

    [Fact]
    public void TheCapitalIsAMartingaleStepByStep()
    {
        // At any state the mean over a uniform p is the capital before: bets average out. Checked with p on a fine midpoint grid.
        var random = new CounterRandom(7);
        double[] calibration = [.. Enumerable.Range(0, 999).Select(i => (double)i)];
        double[] past = [.. Enumerable.Range(0, 5).Select(_ => 1000 * random.NextDouble())];
        var before = After(null);
        var mean = Enumerable.Range(0, 1000).Average(i => Math.Exp(After(i - 0.5)));
        Assert.Equal(Math.Exp(before), mean, 2e-3 * Math.Exp(before));

        double After(double? next)
        {
            var monitor = new DriftMonitor(calibration);
            foreach (var score in past) monitor.Add(score);
            return next is { } score2 ? monitor.Add(score2).LogCapital : monitor.LogCapital;
        }
    }

    [Fact]
    public void MistakesAreNamed()
    {
        Assert.Throws<FathomException>(() => new DriftMonitor([]));
        Assert.Throws<FathomException>(() => new DriftMonitor([1], new DriftOptions { FalseAlarmRate = 0 }));
        Assert.Throws<FathomException>(() => new DriftMonitor([1], new DriftOptions { JumpRate = 0 }));
        Assert.Contains("score 0", Assert.Throws<FathomException>(() => new DriftMonitor([1]).Add(double.NaN)).Message, StringComparison.Ordinal);
    }

    private static double Score(CounterRandom random, double shift) => Math.Round(4 * (shift + random.NextNormal())) / 4;
}
