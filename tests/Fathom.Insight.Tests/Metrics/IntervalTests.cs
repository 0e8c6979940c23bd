using Fathom.Insight.Metrics;
using Fathom.Insight.Numerics;
using Fathom.Tensors;

namespace Fathom.Insight.Tests.Metrics;

public sealed class IntervalTests
{
    [Fact]
    public void TheSameSeedGivesTheSameIntervals()
    {
        var table = Table(new CounterRandom(1), 40, 50);
        Assert.Equal(Bootstrap.Intervals(table), Bootstrap.Intervals(table));
        Assert.NotEqual(Bootstrap.Intervals(table), Bootstrap.Intervals(table, new BootstrapOptions { Seed = 1 }));
    }

    [Theory]
    [InlineData(BootstrapMethod.Percentile)]
    [InlineData(BootstrapMethod.BiasCorrectedAccelerated)]
    public void BootstrapIntervalsCoverTheTruthAboutAsOftenAsTheySay(BootstrapMethod method)
    {
        // Two unit normals one apart: the true AUROC is Phi(1 / sqrt 2).
        var truth = StableMath.NormalCdf(1 / Math.Sqrt(2));
        Func<ScoreTable, double>[] auroc = [t => t.Auroc()];
        var covered = Enumerable.Range(0, 200).Count(i =>
            Bootstrap.Intervals(Table(new CounterRandom(7, (ulong)i), 40, 50), auroc, new BootstrapOptions { Resamples = 300, Confidence = 0.9, Method = method })[0].Contains(truth));
        Assert.InRange(covered, 165, 195);
    }

    [Fact]
    public void DeLongIntervalsCoverTheTruthAboutAsOftenAsTheySay()
    {
        var truth = StableMath.NormalCdf(1 / Math.Sqrt(2));
        var covered = Enumerable.Range(0, 1000).Count(i => DeLong.Interval(Table(new CounterRandom(8, (ulong)i), 40, 50), 0.9).Contains(truth));
        Assert.InRange(covered, 870, 930);
    }

    [Fact]
    public void DeLongVarianceByHand()
    {
        // Positives 1, 3; negatives 0, 2: placements 0.5, 1 and 1, 0.5.
        Assert.Equal(0.0625 + 0.0625, DeLong.Variance(ScoreTable.Create([1, 3], [0, 2])), 1e-15);
        Assert.True(double.IsNaN(DeLong.Variance(ScoreTable.Create([1], [0, 2]))));
    }

    [Fact]
    public void SettingsAreChecked()
    {
        var table = Table(new CounterRandom(1), 5, 5);
        Assert.Throws<FathomException>(() => Bootstrap.Intervals(table, new BootstrapOptions { Resamples = 1 }));
        Assert.Throws<FathomException>(() => Bootstrap.Intervals(table, new BootstrapOptions { Confidence = 1 }));
    }

    private static ScoreTable Table(CounterRandom random, int positives, int negatives)
    {
        double[] Draw(int count, double shift) => [.. Enumerable.Range(0, count).Select(_ => shift + random.NextNormal())];
        return ScoreTable.Create(Draw(positives, 1), Draw(negatives, 0));
    }
}
