using Fathom.Insight.Detection;
using Fathom.Insight.Detection.Statistics;
using Fathom.Models.Tracing;
using Fathom.Tensors;

namespace Fathom.Insight.Tests.Detection;

/// <summary>Many samples at once, many samples in all, and work in shards: the bits are those of one by one.</summary>
public sealed class BatchTests
{
    [Theory, ClassData(typeof(EveryDetector))]
    public void ABatchHasTheBitsOfSingleSamples(string name)
    {
        var set = DetectorFitter.FitCalibrated([EveryDetector.Get(name)], TraceFactory.Origin, TraceFactory.Many(40, 1));
        var traces = TraceFactory.Many(30, 2, strange: true);
        Assert.Equal(traces.Select(set[name].Score), set[name].Score(traces));
        Assert.Equal(traces[3..10].Select(set[name].Score), set[name].Score(traces[3..10]));
        Assert.Empty(set[name].Score([]));
    }

    [Fact]
    public void NearestAreFoundAmongItemsThatFp32CannotTellApart() => Forall.Random(random =>
    {
        // All near one direction, some equal, some 0, of very different lengths.
        var width = 1 + random.NextInt32(300);
        var centre = Enumerable.Range(0, width).Select(_ => random.NextNormal()).ToArray();
        var spread = Math.Pow(10, -random.NextInt32(8));
        float[] Vector(double length) => [.. centre.Select(value => (float)((value + spread * random.NextNormal()) * length))];
        var items = Enumerable.Range(0, 50).Select(i => (Index: (long)i, Vector: i == 7 ? new float[width] : Vector(Math.Pow(10, random.NextInt32(5) - 2)))).ToArray();
        items[20] = (20, (float[])items[21].Vector.Clone());
        var bank = Bank.Of(width, items);
        float[][] queries = [.. Enumerable.Range(0, 5).Select(_ => Vector(1)), new float[width], items[3].Vector, items[20].Vector];
        foreach (var top in new[] { 1, 3, 60 })
        {
            var cosines = bank.LargestCosines(queries.SelectMany(query => query).ToArray(), queries.Length, top);
            var distances = bank.SmallestDistances(queries.SelectMany(query => query).ToArray(), queries.Length, top);
            for (var q = 0; q < queries.Length; q++)
            {
                Assert.Equal(bank.Cosines(queries[q]).OrderDescending().Take(top), cosines[q]);
                Assert.Equal(bank.Distances(queries[q]).Order().Take(top), distances[q]);
            }
        }
    }, 20);

    [Theory]
    [InlineData(true, 4)]
    [InlineData(false, 4)]
    [InlineData(true, 12)]
    public void AScatterOfSumsDependsOnTheSamplesAlone(bool labelled, int width) => Forall.Random(random =>
    {
        var key = new ClassScatterKey(Pooling.PromptLast, labelled);
        var origin = TraceFactory.Origin with { Width = width };
        var samples = Enumerable.Range(0, 60).Select(i => new ScatterSample(labelled ? $"class{i % 3}" : "", i, [.. Enumerable.Range(0, width).Select(j => (float)(random.NextNormal() + 5 * (i % 3) + j))])).ToArray();
        ClassScatterAccumulator New() => new(key, origin) { Limit = 10 };
        var whole = New();
        foreach (var sample in samples) whole.Add(sample);
        random.Shuffle(samples.AsSpan());
        var shards = Enumerable.Range(0, 4).Select(_ => New()).ToArray();
        foreach (var sample in samples) shards[random.NextInt32(4)].Add(sample);
        random.Shuffle(shards.AsSpan());
        foreach (var shard in shards[1..]) shards[0].MergeWith(shard);
        foreach (var rule in Enum.GetValues<CovarianceRule>())
        {
            var wanted = new ClassGaussiansKey(Pooling.PromptLast, labelled, rule, 0.01);
            var (one, other) = (((ClassGaussians)whole.ToStatistic(wanted)).Gaussian, ((ClassGaussians)shards[0].ToStatistic(wanted)).Gaussian);
            var query = Enumerable.Range(0, width).Select(j => random.NextNormal() * 10 + j).ToArray();
            Assert.Equal(one.Distances(query), other.Distances(query));
            Assert.Equal(one.Shrinkage, other.Shrinkage);

            // Near what keeping every sample gives: exactly so but for labelled data's shrinkage, which is then an estimate.
            var kept = new ClassScatterAccumulator(key, origin);
            foreach (var sample in samples) kept.Add(sample);
            var exact = ((ClassGaussians)kept.ToStatistic(wanted)).Gaussian;
            if (labelled && rule == CovarianceRule.LedoitWolf) Assert.InRange(one.Shrinkage, exact.Shrinkage / 3, Math.Min(1, exact.Shrinkage * 3));
            else Assert.All(exact.Distances(query).Zip(one.Distances(query)), pair => Assert.Equal(1, pair.Second / pair.First, 1e-8));
        }
    }, 8);

    [Theory, ClassData(typeof(EveryDetector))]
    public void ProcessesShareAFitInFilesHoweverTheSamplesFall(string name)
    {
        var folder = Directory.CreateTempSubdirectory("fathom-insight-").FullName;
        try
        {
            var traces = TraceFactory.Many(40, 1);
            var random = new CounterRandom(8);
            DetectorFitter New() => new([EveryDetector.Get(name)], TraceFactory.Origin, 5, 40);
            var whole = New();
            foreach (var trace in traces) whole.Add(trace);
            whole.Calibrate(traces).Save(Path.Combine(folder, "whole"));
            var shards = Enumerable.Range(0, 4).Select(_ => New()).ToArray();
            foreach (var trace in traces) shards[random.NextInt32(3)].Add(trace);
            var merged = New();
            foreach (var i in new[] { 2, 3, 0, 1 })
            {
                // The last has seen nothing.
                shards[i].SavePart(Path.Combine(folder, $"part{i}"));
                var part = DetectorFitter.LoadPart(Path.Combine(folder, $"part{i}"));
                Assert.Null(merged.DifferenceTo(part));
                Assert.Equal(shards[i].Count, part.Count);
                merged.MergeWith(part);
            }

            merged.Calibrate(traces).Save(Path.Combine(folder, "merged"));
            Assert.Equal(File.ReadAllBytes(Path.Combine(folder, "whole")), File.ReadAllBytes(Path.Combine(folder, "merged")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void ADamagedOrForeignPartIsRefused()
    {
        var folder = Directory.CreateTempSubdirectory("fathom-insight-").FullName;
        try
        {
            var path = Path.Combine(folder, "part");
            var fitter = new DetectorFitter(DetectorRegistry.Parse("tv0,cosine,mahalanobis"), TraceFactory.Origin, 2);
            foreach (var trace in TraceFactory.Many(10, 1)) fitter.Add(trace);
            fitter.SavePart(path);
            Assert.Contains("detectors", new DetectorFitter(DetectorRegistry.Parse("tv0"), TraceFactory.Origin, 2).DifferenceTo(DetectorFitter.LoadPart(path)), StringComparison.Ordinal);
            Assert.Contains("folds", new DetectorFitter(DetectorRegistry.Parse("tv0,cosine,mahalanobis"), TraceFactory.Origin).DifferenceTo(DetectorFitter.LoadPart(path)), StringComparison.Ordinal);
            Assert.Contains("model", new DetectorFitter(DetectorRegistry.Parse("tv0,cosine,mahalanobis"), TraceFactory.Origin with { Template = "" }, 2).DifferenceTo(DetectorFitter.LoadPart(path)), StringComparison.Ordinal);
            var bytes = File.ReadAllBytes(path);
            bytes[^9] ^= 1;
            File.WriteAllBytes(path, bytes);
            Assert.Contains("checksum", Assert.Throws<FathomException>(() => DetectorFitter.LoadPart(path)).Message, StringComparison.Ordinal);
            DetectorFitter.Fit(DetectorRegistry.Parse("tv0"), TraceFactory.Origin, TraceFactory.Many(10, 1)).Save(path);
            Assert.Contains("fit-part", Assert.Throws<FathomException>(() => DetectorFitter.LoadPart(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void TheNumberOfSamplesKeptDoesNotGrowWithTheStream()
    {
        // What is kept besides are sums, of width² and classes × width.
        var accumulator = new ClassScatterAccumulator(new ClassScatterKey(Pooling.PromptLast, true), TraceFactory.Origin with { Width = 8 }) { Limit = 24 };
        var random = new CounterRandom(4);
        var most = 0;
        for (var i = 0; i < 20_000; i++)
        {
            accumulator.Add(new ScatterSample($"class{i % 5}", i, [.. Enumerable.Range(0, 8).Select(_ => (float)random.NextNormal())]));
            most = Math.Max(most, accumulator.SamplesKept);
        }

        Assert.InRange(most, 24, 48);
        Assert.Equal(8, ((ClassGaussians)accumulator.ToStatistic(new ClassGaussiansKey(Pooling.PromptLast, true, CovarianceRule.LedoitWolf, 0))).Gaussian.Rank);
    }
}
