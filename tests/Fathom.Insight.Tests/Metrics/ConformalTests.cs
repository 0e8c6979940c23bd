using Fathom.Insight.Metrics;
using Fathom.Tensors;

namespace Fathom.Insight.Tests.Metrics;

public sealed class ConformalTests
{
    [Theory]
    [InlineData(19, 0.05)]
    [InlineData(57, 0.05)]
    [InlineData(99, 0.1)]
    [InlineData(30, 0.2)]
    public void TheRealisedFalseAlarmRateKeepsThePromise(int count, double rate)
    {
        // Uniform scores: the chance that a new one exceeds a threshold is 1 minus the threshold.
        var realised = Enumerable.Range(0, 1000).Average(i =>
        {
            var random = new CounterRandom(11, (ulong)i);
            return 1 - new Conformal([.. Enumerable.Range(0, count).Select(_ => random.NextDouble())]).Threshold(rate);
        });
        var exact = Math.Floor(rate * (count + 1) + 1e-9) / (count + 1);
        Assert.True(exact <= rate + 1e-12);
        Assert.Equal(exact, realised, 4 * Math.Sqrt(rate / count / 1000));
    }

    [Fact]
    public void PValuesAreUniformOrLargerAndAgreeWithTheThreshold() => Forall.Random(random =>
    {
        double[] scores = [.. Enumerable.Range(0, 40 + random.NextInt32(40)).Select(_ => (double)random.NextInt32(30))];
        var conformal = new Conformal(scores);
        var threshold = conformal.Threshold(0.1);
        for (var score = -1.5; score < 32; score += 0.5)
        {
            Assert.Equal((1.0 + scores.Count(s => s >= score)) / (scores.Length + 1), conformal.PValue(score));
            Assert.Equal(score > threshold, conformal.PValue(score) <= 0.1 * (1 + 1e-12));
        }
    });

    [Fact]
    public void TooFewSamplesPromiseNothing()
    {
        Assert.Contains("at least 19", Assert.Throws<FathomException>(() => new Conformal(new double[18]).Threshold(0.05)).Message, StringComparison.Ordinal);
        Assert.Throws<FathomException>(() => new Conformal([]));
        Assert.Throws<FathomException>(() => new Conformal([double.NaN]));
        Assert.Throws<FathomException>(() => new Conformal([1]).PValue(double.NaN));
        Assert.Throws<FathomException>(() => new Conformal([1]).Threshold(0));
    }
}
