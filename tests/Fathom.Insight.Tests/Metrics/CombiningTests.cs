using Fathom.Insight.Metrics;
using Fathom.Tensors;

namespace Fathom.Insight.Tests.Metrics;

public sealed class CombiningTests
{
    [Fact]
    public void TheCombinationKeepsItsPromiseThoughTheDetectorsAgree()
    {
        // Three detectors that are nearly one: Fisher's own p-value would be far off, the calibrated one is not.
        double calibrated = 0, fisher = 0, mean = 0, bonferroni = 0;
        for (var run = 0; run < 1000; run++)
        {
            var random = new CounterRandom(31, (ulong)run);
            var combined = new CombinedConformal([.. Enumerable.Range(0, 78).Select(_ => Sample(random, 0))], (ulong)run);
            var sample = Sample(random, 0);
            calibrated += combined.PValue(sample) <= 0.1 ? 1 : 0;
            var values = combined.PValuesOf(sample);
            fisher += PValues.Fisher(values) <= 0.1 ? 1 : 0;
            mean += PValues.TwiceMean(values) <= 0.1 ? 1 : 0;
            bonferroni += PValues.Bonferroni(values) <= 0.1 ? 1 : 0;
        }

        var margin = 3 * Math.Sqrt(0.1 * 0.9 * 1000);
        Assert.InRange(calibrated, 100 - margin, 100 + margin);
        Assert.True(fisher > 100 + margin, $"{fisher}");
        Assert.InRange(mean, 0, 100 + margin);
        Assert.InRange(bonferroni, 0, 100 + margin);
    }

    [Fact]
    public void StrangeSamplesAreFoundByOneDetectorOrAll()
    {
        var random = new CounterRandom(32);
        var combined = new CombinedConformal([.. Enumerable.Range(0, 400).Select(_ => Sample(random, 0))]);
        var threshold = combined.Threshold(0.05);
        Assert.True(Enumerable.Range(0, 200).Count(_ => combined.Score(Sample(random, 3)) > threshold) > 150);

        // One strange detector raises the score, whatever the others say.
        foreach (var common in new[] { -1.0, 0, 1 }) Assert.True(combined.Score([common, 9, 10 * common]) > combined.Score([common, common, 10 * common]));
        Assert.Equal(200, combined.Count);
    }

    [Fact]
    public void RulesOfPValues()
    {
        Assert.Equal(0.05, PValues.Fisher([0.05]), 1e-12);
        Assert.Equal(0.25 * (1 - Math.Log(0.25)), PValues.Fisher([0.5, 0.5]), 1e-12);
        Assert.Equal(0.3, PValues.Bonferroni([0.1, 0.5, 0.9]), 1e-12);
        Assert.Equal(0.6, PValues.TwiceMean([0.1, 0.5]), 1e-12);
        Assert.Equal(1, PValues.TwiceMean([0.9, 0.9]));
        Assert.Throws<FathomException>(() => PValues.Fisher([0]));
        Assert.Throws<FathomException>(() => PValues.Bonferroni([double.NaN]));
        Assert.Throws<FathomException>(() => new CombinedConformal([[1, 2]]));
        Assert.Throws<FathomException>(() => new CombinedConformal([[1, 2], [1]]));
    }

    [Fact]
    public void EveryGroupKeepsItsOwnPromise()
    {
        // One group scores far higher: a common threshold would flag it alone.
        double low = 0, high = 0;
        for (var run = 0; run < 1000; run++)
        {
            var random = new CounterRandom(33, (ulong)run);
            var groups = new MondrianConformal(Enumerable.Range(0, 60).Select(i => i % 3 == 0 ? ("high", 10 + random.NextNormal()) : ("low", random.NextNormal())));
            high += groups["high"].PValue(10 + random.NextNormal()) <= 0.1 ? 1 : 0;
            low += groups["low"].PValue(random.NextNormal()) <= 0.1 ? 1 : 0;
            Assert.Equal(["high", "low"], groups.Groups);
        }

        var margin = 3 * Math.Sqrt(0.1 * 0.9 * 1000);
        Assert.InRange(low, 50, 100 + margin);
        Assert.InRange(high, 50, 100 + margin);
        Assert.Contains("high, low", Assert.Throws<FathomException>(() => new MondrianConformal([("low", 1), ("high", 2)])["middle"]).Message, StringComparison.Ordinal);
    }

    private static double[] Sample(CounterRandom random, double shift)
    {
        var common = shift + random.NextNormal();
        return [common, common + 0.1 * random.NextNormal(), 10 * common + random.NextNormal()];
    }
}
