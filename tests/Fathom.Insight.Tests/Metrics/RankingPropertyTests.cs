using Fathom.Insight.Metrics;
using Fathom.Tensors;

namespace Fathom.Insight.Tests.Metrics;

public sealed class RankingPropertyTests
{
    [Fact]
    public void AurocIsAntisymmetricMonotoneAndMannWhitney() => Forall.Random(random =>
    {
        var (id, ood) = Data(random);
        var auroc = ScoreTable.Create(id, ood).Auroc();
        double[] Minus(double[] values) => [.. values.Select(v => -v)];
        double[] Cubed(double[] values) => [.. values.Select(v => v * v * v + 7)];
        Assert.Equal(1 - auroc, ScoreTable.Create(Minus(id), Minus(ood)).Auroc(), 1e-12);
        Assert.Equal(auroc, ScoreTable.Create(Cubed(id), Cubed(ood)).Auroc());
        Assert.Equal(auroc, ScoreTable.Create(Minus(ood), Minus(id)).Auroc());
        var pairs = id.Sum(a => ood.Sum(b => a > b ? 1.0 : a == b ? 0.5 : 0));
        Assert.Equal(pairs / (id.Length * (double)ood.Length), auroc, 1e-12);
        Assert.Equal(auroc, ScoreTable.Create(id, ood).Swapped().Auroc());
    });

    [Fact]
    public void RatesAreThoseOfTheirDefinition() => Forall.Random(random =>
    {
        var (id, ood) = Data(random);
        var table = ScoreTable.Create(id, ood);
        var threshold = id.Concat(ood).Where(t => id.Count(s => s >= t) >= 0.95 * id.Length - 1e-9).Max();
        Assert.Equal(ood.Count(s => s >= threshold) / (double)ood.Length, table.FalsePositiveRate(), 1e-12);
        foreach (var point in table.RocCurve(dropCollinear: false).Skip(1))
        {
            Assert.Equal(id.Count(s => s >= point.Threshold) / (double)id.Length, point.TruePositiveRate, 1e-12);
            Assert.Equal(ood.Count(s => s >= point.Threshold) / (double)ood.Length, point.FalsePositiveRate, 1e-12);
        }

        // The area under the corners alone is the area.
        var corners = table.RocCurve();
        var area = corners.Zip(corners.Skip(1), (a, b) => (b.FalsePositiveRate - a.FalsePositiveRate) * (a.TruePositiveRate + b.TruePositiveRate) / 2).Sum();
        Assert.Equal(table.Auroc(), area, 1e-12);
        Assert.True(corners.Count <= table.RocCurve(dropCollinear: false).Count);
    });

    [Fact]
    public void YoudenIsTheBestObservedThreshold() => Forall.Random(random =>
    {
        var (id, ood) = Data(random);
        var best = ThresholdMetrics.Of(id, ood, ThresholdMetrics.YoudenThreshold(id, ood)).YoudenJ;
        Assert.All(id.Concat(ood), t => Assert.True(ThresholdMetrics.Of(id, ood, t).YoudenJ <= best + 1e-12));
    });

    [Fact]
    public void TauAndRhoAreThoseOfTheirDefinition() => Forall.Random(random =>
    {
        var n = 2 + random.NextInt32(30);
        double[] x = [.. Enumerable.Range(0, n).Select(_ => (double)random.NextInt32(8))], y = [.. x.Select(v => v + random.NextInt32(6))];
        double concordant = 0, tiedX = 0, tiedY = 0;
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
            {
                concordant += Math.Sign(x[i] - x[j]) * Math.Sign(y[i] - y[j]);
                tiedX += x[i] == x[j] ? 1 : 0;
                tiedY += y[i] == y[j] ? 1 : 0;
            }
        }

        var pairs = n * (n - 1) / 2.0;
        Assert.Equal(concordant / Math.Sqrt((pairs - tiedX) * (pairs - tiedY)), Correlation.KendallTauB(x, y), 1e-12);
        Assert.Equal(Correlation.Pearson(Correlation.MidRanks(x), Correlation.MidRanks(y)), Correlation.Spearman(x, y));
        Assert.Equal(Correlation.Spearman(x, y), Correlation.Spearman([.. x.Select(v => v * v * v)], y), 1e-12);
    });

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void ScoresThatAreNoNumbersAreNamed(double bad)
    {
        Assert.Contains("OOD score 1", Assert.Throws<FathomException>(() => DetectionMetrics.Of([1, 2], [3, bad])).Message, StringComparison.Ordinal);
        Assert.Contains("ID score 0", Assert.Throws<FathomException>(() => DetectionMetrics.Of([bad], [3])).Message, StringComparison.Ordinal);
        Assert.Throws<FathomException>(() => Correlation.Spearman([1, bad], [1, 2]));
        Assert.Throws<FathomException>(() => Scores.Quantile([bad], 0.5));
    }

    [Fact]
    public void AnEmptyClassGivesNaNAndAWarning()
    {
        var metrics = DetectionMetrics.Of([], [1, 2]);
        Assert.True(double.IsNaN(metrics.Auroc) && double.IsNaN(metrics.Fpr95) && double.IsNaN(metrics.AuprIn) && double.IsNaN(metrics.AuprOut));
        Assert.Contains("no in-distribution", Assert.Single(metrics.Warnings), StringComparison.Ordinal);
        Assert.Single(DetectionMetrics.Of([1], []).Warnings);
        Assert.True(double.IsNaN(Bootstrap.Intervals(ScoreTable.Create([], [1])).Auroc.Low));
        Assert.Empty(ScoreTable.Create([], [1]).RocCurve());
    }

    [Fact]
    public void EqualScoresAreAGuess()
    {
        var metrics = DetectionMetrics.Of([1, 1, 1], [1, 1]);
        Assert.Equal((0.5, 1.0, 0.6, 0.4), (metrics.Auroc, metrics.Fpr95, metrics.AuprIn, metrics.AuprOut));
    }

    private static (double[] Id, double[] Ood) Data(CounterRandom random)
    {
        // Few distinct values, so that ties are common.
        double[] Draw(int shift) => [.. Enumerable.Range(0, 1 + random.NextInt32(40)).Select(_ => (double)(random.NextInt32(12) - shift))];
        return (Draw(0), Draw(3));
    }
}
