using Fathom.Insight.Detection;
using Fathom.Insight.Diagnosis;
using Fathom.Models.Tracing;
using Fathom.Tensors;

namespace Fathom.Insight.Tests.Diagnosis;

public sealed class DiagnosisTests
{
    [Fact]
    public void CollapseAfterAnyNumberOfTokensIsThatOfThePrefix() => Forall.Random(random =>
    {
        int[] tokens = [.. Enumerable.Range(0, random.NextInt32(60)).Select(_ => random.NextInt32(9))];
        var counter = new ModeCollapseCounter(9);
        foreach (var piece in tokens.Chunk(7)) counter.Add(piece);
        for (var n = 0; n <= tokens.Length; n++)
        {
            Assert.Equal(new ModeCollapse(n, tokens[..n].Distinct().Count(), 9), counter.After(n));
        }

        Assert.Equal(counter.After(tokens.Length), counter.Total);
        Assert.Throws<FathomException>(() => counter.After(tokens.Length + 1));
    });

    [Fact]
    public void ATokenOutsideTheVocabularyIsNamed()
    {
        Assert.Contains("token 9", Assert.Throws<FathomException>(() => new ModeCollapseCounter(9).Add([3, 9])).Message, StringComparison.Ordinal);
        Assert.Throws<FathomException>(() => new ModeCollapseCounter(9).Add([-1]));
        Assert.True(double.IsNaN(new ModeCollapseCounter(9).Total.RepetitionRate));
    }

    [Fact]
    public void FewEmbeddingsAreMeasuredAsManyAre() => Forall.Random(random =>
    {
        // Every embedding twice has the same ratio and spectrum, and goes the way of many.
        int width = 4 + random.NextInt32(20), count = Math.Max(2, width - 1 - random.NextInt32(3));
        var few = Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, width).Select(j => (float)(0.3 * random.NextNormal() + j % 3)).ToArray()).ToArray();
        var (one, other) = (Isotropy.Of(few), Isotropy.Of([.. few, .. few]));
        Assert.Equal(other.LogPartitionRatio, one.LogPartitionRatio, 1e-9);
        Assert.Equal(other.MeanUnitLength, one.MeanUnitLength, 1e-12);
        Assert.All(other.CovarianceSpectrum.Zip(one.CovarianceSpectrum), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.Equal(width, one.CovarianceSpectrum.Count);
    }, 20);

    [Fact]
    public void IsotropyEqualsItsDefinition() => Forall.Random(random =>
    {
        int count = 2 + random.NextInt32(10), width = 1 + random.NextInt32(6);
        var vectors = Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, width).Select(j => (float)(random.NextNormal() + j)).ToArray()).ToArray();
        var isotropy = Isotropy.Of(vectors);
        double Cosine(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum() / Math.Sqrt(a.Sum(x => (double)x * x) * b.Sum(x => (double)x * x));
        var cosines = vectors.SelectMany((a, i) => vectors.Where((_, j) => j != i).Select(b => Cosine(a, b)));
        Assert.Equal(cosines.Average(), isotropy.MeanCosine, 1e-9);
        Assert.InRange(isotropy.PartitionRatio, 0, 1);
        Assert.InRange(isotropy.ParticipationRatio, 1 - 1e-9, width + 1e-9);
        Assert.InRange(isotropy.TopShare, 1.0 / width - 1e-9, 1 + 1e-9);

        // The trace does not depend on the basis.
        Assert.Equal(Enumerable.Range(0, width).Sum(j => vectors.Average(v => (double)v[j] * v[j]) - Math.Pow(vectors.Average(v => (double)v[j]), 2)), isotropy.CovarianceSpectrum.Sum(), 1e-9);
    });

    [Fact]
    public void LongEmbeddingsDoNotOverflow()
    {
        var isotropy = Isotropy.Of([[2000, 0], [0, 1000], [1500, 3]]);
        Assert.True(double.IsFinite(isotropy.LogPartitionRatio) && isotropy.LogPartitionRatio < -1000);
        Assert.Equal(0, isotropy.PartitionRatio);
        Assert.Throws<FathomException>(() => Isotropy.Of([]));
        Assert.Contains("embedding 1", Assert.Throws<FathomException>(() => Isotropy.Of([[1], [float.NaN]])).Message, StringComparison.Ordinal);
        Assert.Contains("embedding 1", Assert.Throws<FathomException>(() => Isotropy.Of([[1], [1, 2]])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EndpointsThatMeetHaveARatioBelowOneWhateverTheOrder()
    {
        var samples = new List<(string Domain, long Index, PooledStates States)>();
        for (var i = 0; i < 60; i++)
        {
            // Domains start apart along their own axis and end together.
            var random = new CounterRandom(4, (ulong)i);
            var states = new float[5 * 3];
            for (var l = 0; l < 5; l++)
            {
                for (var j = 0; j < 3; j++) states[l * 3 + j] = (float)((j == i % 3 ? 5 - l : 0) + 4 + 0.1 * random.NextNormal());
            }

            samples.Add(($"domain{i % 3}", i, new PooledStates(5, 3, states)));
        }

        var straight = Measure(samples, 10);
        Assert.Equal(3, straight.Domains);
        Assert.InRange(straight.Ratio, 0.01, 0.5);
        Assert.InRange(straight.RatioBeforeLast, straight.Ratio, 1);
        var shuffled = samples.ToArray();
        new CounterRandom(9).Shuffle(shuffled.AsSpan());
        Assert.Equal(straight, Measure(shuffled, 10));

        // All samples: the definition itself.
        var pairs = samples.SelectMany(a => samples.Where(b => string.CompareOrdinal(a.Domain, b.Domain) < 0).Select(b => Length(a.States[1].ToArray().Zip(b.States[1].ToArray(), (x, y) => x - y))));
        Assert.Equal(pairs.Average() / samples.Average(sample => Length(sample.States[1].ToArray())), Measure(samples, 1000).First, 1e-6);
        Assert.Throws<FathomException>(() => Measure(samples.Take(1), 5));
        Assert.Contains("twice", Assert.Throws<FathomException>(() => Measure([samples[0], samples[0]], 5)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherModelsTrajectoryIsRefused()
    {
        var stabilisation = new EarlyStabilisation();
        Assert.True(double.IsNaN(stabilisation.LateShare) && double.IsNaN(stabilisation.JointVolatility));
        stabilisation.Add(new Trajectory(4, 2, new double[8]));
        Assert.Throws<FathomException>(() => stabilisation.Add(new Trajectory(5, 2, new double[10])));
        Assert.Equal(1, stabilisation.Count);
    }

    private static EndpointResult Measure(IEnumerable<(string Domain, long Index, PooledStates States)> samples, int limit)
    {
        var convergence = new EndpointConvergence(limit);
        foreach (var (domain, index, states) in samples) convergence.Add(domain, index, states);
        return convergence.Finish();
    }

    private static double Length(IEnumerable<float> values) => Math.Sqrt(values.Sum(value => (double)value * value));
}
