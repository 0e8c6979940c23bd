using Fathom.Insight.Detection;
using Fathom.Insight.Metrics;
using Fathom.Models.Tracing;
using Fathom.Tensors;

namespace Fathom.Insight.Tests.Detection;

/// <summary>What holds for every detector.</summary>
public sealed class DetectorContractTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fathom-insight-").FullName;

    [Theory, ClassData(typeof(EveryDetector))]
    public void FittingAgainGivesTheSameBits(string name)
    {
        var traces = TraceFactory.Many(30, 1);
        var fresh = TraceFactory.Many(10, 2);
        Assert.Equal(Scores(Fit(name, traces), fresh), Scores(Fit(name, traces), fresh));
    }

    [Theory, ClassData(typeof(EveryDetector))]
    public void TheOrderOfSamplesIsIrrelevantToTheBit(string name)
    {
        var traces = TraceFactory.Many(40, 1);
        var shuffled = (Trace[])traces.Clone();
        new CounterRandom(5).Shuffle(shuffled.AsSpan());
        Assert.Equal(Bytes(Fit(name, traces)), Bytes(Fit(name, shuffled)));
    }

    [Theory, ClassData(typeof(EveryDetector))]
    public void PartsMergeIntoTheWhole(string name)
    {
        var traces = TraceFactory.Many(40, 1);
        var left = Fitter(name);
        var right = Fitter(name);
        for (var i = 0; i < traces.Length; i++)
        {
            (i % 3 == 0 ? left : right).Add(traces[i]);
        }

        right.MergeWith(left);
        if (EveryDetector.Get(name).NeedsCalibration)
        {
            Assert.Contains("FitCalibrated", Assert.Throws<FathomException>(right.Build).Message, StringComparison.Ordinal);
            return;
        }

        Assert.Equal(Bytes(Fit(name, traces)), Bytes(right.Build()));
    }

    [Theory, ClassData(typeof(EveryDetector))]
    public void SaveAndLoadAreEqualToTheBit(string name)
    {
        var set = DetectorFitter.FitCalibrated([EveryDetector.Get(name)], TraceFactory.Origin, TraceFactory.Many(40, 1));
        var path = Path.Combine(_folder, "a.fathom");
        set.Save(path);
        var loaded = FittedDetectorSet.Load(path);
        var fresh = TraceFactory.Many(20, 2, strange: true);
        Assert.Equal(Scores(set, fresh), Scores(loaded, fresh));
        Assert.Equal(set[name].Definition, loaded[name].Definition);
        Assert.Equal(set.Thresholds, loaded.Thresholds);
        Assert.Equal(fresh.Select(trace => set.PValue(name, set[name].Score(trace))), fresh.Select(trace => loaded.PValue(name, loaded[name].Score(trace))));
        Assert.Equal((set.Origin, set.FitCount, set.FitHash), (loaded.Origin, loaded.FitCount, loaded.FitHash));
        Assert.Equal(set[name].Explain(fresh[0]).Contributions, loaded[name].Explain(fresh[0]).Contributions);
        Assert.Equal(Bytes(set), Bytes(loaded));
    }

    [Theory, ClassData(typeof(EveryDetector))]
    public void OneSampleFitsAndScoresOrSaysWhyNot(string name)
    {
        if (!EveryDetector.Get(name).NeedsCalibration)
        {
            var set = Fit(name, TraceFactory.Many(1, 1));
            FiniteOrNamed(() => set[name].Score(TraceFactory.Many(1, 1)[0]), "sample 0");
            FiniteOrNamed(() => set[name].Score(TraceFactory.Many(3, 2)[2]), "sample 2");
        }

        Assert.Throws<FathomException>(() => DetectorFitter.FitCalibrated([EveryDetector.Get(name)], TraceFactory.Origin, TraceFactory.Many(1, 1)));
    }

    [Theory, ClassData(typeof(EveryDetector))]
    public void NoSampleIsAnError(string name) => Assert.Contains("no sample", Assert.Throws<FathomException>(() => Fit(name, [])).Message, StringComparison.Ordinal);

    [Theory, ClassData(typeof(EveryDetector))]
    public void ConstantFeaturesScoreOrSayWhyNot(string name)
    {
        Trace[] same = [.. TraceFactory.Many(20, 1).Select(trace => TraceFactory.With(trace, _ => 0.7f))];
        var set = Fit(name, same);
        FiniteOrNamed(() => set[name].Score(same[4]), "sample 4");
        FiniteOrNamed(() => set[name].Score(TraceFactory.Many(6, 2)[5]), "sample 5");
    }

    [Theory, ClassData(typeof(EveryDetector))]
    public void NaNIsAnErrorThatNamesTheSample(string name)
    {
        var traces = TraceFactory.Many(10, 1);
        var set = Fit(name, traces);
        var broken = TraceFactory.With(traces[7], _ => float.NaN) with { LogProbabilities = Nan(traces[7]), MaxProbabilities = Nan(traces[7]), DropoutLogProbabilities = [.. new double[9], double.NaN], Entropies = Nan(traces[7]), ClassLogits = [1, float.NaN, 2] };
        if (name == "length")
        {
            Assert.Equal(set[name].Score(traces[7]), set[name].Score(broken));
            return;
        }

        Assert.Contains("sample 7", Assert.Throws<FathomException>(() => set[name].Score(broken)).Message, StringComparison.Ordinal);
        if (EveryDetector.Get(name).RequiredPoolings.Count > 0)
        {
            Assert.Contains("NaN", Assert.Throws<FathomException>(() => Fit(name, [.. traces[..7], broken])).Message, StringComparison.Ordinal);
        }
    }

    [Theory, ClassData(typeof(EveryDetector))]
    public void LabelsAreAskedForWhereTheyAreNeeded(string name)
    {
        Trace[] unlabelled = [.. TraceFactory.Many(12, 1).Select(trace => trace with { Label = null })];
        if (EveryDetector.Get(name).NeedsLabels)
        {
            Assert.Contains("no label", Assert.Throws<FathomException>(() => Fit(name, unlabelled)).Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(Scores(Fit(name, TraceFactory.Many(12, 1)), unlabelled), Scores(Fit(name, unlabelled), unlabelled));
        }
    }

    [Theory, ClassData(typeof(EveryDetector))]
    public void MissingOrForeignStatesAreNamed(string name)
    {
        var set = Fit(name, TraceFactory.Many(10, 1));
        var trace = TraceFactory.Many(1, 2)[0];
        if (set.RequiredPoolings.Count == 0)
        {
            Assert.True(double.IsFinite(set[name].Score(trace with { States = new Dictionary<Pooling, PooledStates>() })));
            return;
        }

        var none = Assert.Throws<FathomException>(() => set[name].Score(trace with { States = new Dictionary<Pooling, PooledStates>() }));
        Assert.Contains("sample 0", none.Message, StringComparison.Ordinal);
        Assert.Contains("pooled as", none.Message, StringComparison.Ordinal);
        var foreign = trace with { States = trace.States.ToDictionary(pair => pair.Key, _ => new PooledStates(3, 2, new float[6])) };
        Assert.Contains("another model", Assert.Throws<FathomException>(() => set[name].Score(foreign)).Message, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(EveryDetector))]
    public void AnEmptyOutputIsAnErrorWhereTheOutputCounts(string name)
    {
        var set = Fit(name, TraceFactory.Many(10, 1));
        var trace = TraceFactory.Many(1, 2)[0] with { OutputTokens = [], LogProbabilities = [], MaxProbabilities = [], Entropies = [] };
        if (set[name].Definition.LooksAtOutput || name is "full_softmax" or "entropy")
        {
            Assert.Contains("sample 0", Assert.Throws<FathomException>(() => set[name].Score(trace)).Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.True(double.IsFinite(set[name].Score(trace)));
        }
    }

    [Theory, ClassData(typeof(EveryDetector))]
    public void AnotherModelOrTemplateIsRefused(string name)
    {
        var set = Fit(name, TraceFactory.Many(10, 1));
        set.EnsureModel(TraceFactory.Origin.ModelFingerprint);
        set.EnsureOrigin(TraceFactory.Origin with { TextField = "other", ModelName = "renamed" });
        Assert.Contains("model", Assert.Throws<FathomException>(() => set.EnsureModel("sha256:ffff")).Message, StringComparison.Ordinal);
        Assert.Contains("template", Assert.Throws<FathomException>(() => set.EnsureOrigin(TraceFactory.Origin with { Template = "{question}" })).Message, StringComparison.Ordinal);
        Assert.Contains("max_new_tokens", Assert.Throws<FathomException>(() => set.EnsureOrigin(TraceFactory.Origin with { MaxNewTokens = 9 })).Message, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(EveryDetector))]
    public void TheSameDistributionGivesOneHalf(string name)
    {
        var set = Fit(name, TraceFactory.Many(200, 1));
        var table = DetectionMetrics.Table(Scores(set, TraceFactory.Many(300, 2)), Scores(set, TraceFactory.Many(300, 3)));
        Assert.True(DeLong.Interval(table, 0.999).Contains(0.5), $"AUROC {table.Auroc()}");
    }

    [Theory, ClassData(typeof(EveryDetector))]
    public void StrangeSamplesScoreHigher(string name)
    {
        var set = Fit(name, TraceFactory.Many(100, 1));
        var auroc = DetectionMetrics.Of(Scores(set, TraceFactory.Many(100, 2)), Scores(set, TraceFactory.Many(100, 3, strange: true))).Auroc;

        // The reference window of tv*_reference ends before the layers that differ; a direction from the mean does not say how far one went.
        Assert.True(auroc > (name.EndsWith("_reference", StringComparison.Ordinal) || name == "cosine_whitened" ? 0.4 : 0.65), $"AUROC {auroc}");
    }

    [Theory, ClassData(typeof(EveryDetector))]
    public void TheExplanationMakesTheScore(string name)
    {
        var set = Fit(name, TraceFactory.Many(20, 1));
        var explanation = set[name].Explain(TraceFactory.Many(1, 2)[0]);
        Assert.Equal(name, explanation.Detector);
        Assert.NotEmpty(explanation.Contributions);
        Assert.NotEmpty(explanation.Meaning);
        var sum = explanation.Contributions.Sum(part => part.Value);
        var (expected, tolerance) = set[name].Definition switch
        {
            PerplexityDetector => (Math.Log(explanation.Score), 1e-12),
            CosineDetector or WhitenedCosineDetector or ClassMeanCosineDetector or NearestNeighboursDetector or MahalanobisDetector => (sum, 0),
            MspDetector { Variant: MspVariant.Mean } or LengthDetector or EmbeddingDetector => (explanation.Score, 1e-12),
            MspDetector => (sum, 0),
            LogitDetector { NeedsClassLogits: true } => (sum, 0),
            TvDetector { Options.Decimals: { } decimals } => (explanation.Score, Math.Pow(10, -decimals)),
            _ => (explanation.Score, 1e-12),
        };
        Assert.True(Math.Abs(expected - sum) <= tolerance * Math.Max(1, Math.Abs(expected)), $"{expected} against {sum}");
        if (set[name].Definition is LogitDetector { Score: LogitScore.Softmax or LogitScore.SoftmaxClasses }) Assert.Equal(-explanation.Score, explanation.Contributions[0].Value);
        if (set[name].Definition is LogitDetector { Score: LogitScore.Energy }) Assert.Equal(-explanation.Score, Math.Log(explanation.Contributions.Sum(part => Math.Exp(part.Value))), 1e-12);
        if (set[name].Definition is CombinedDetector combined) Assert.Equal(combined.Members.Count, explanation.Contributions.Count);
        if (set[name].Definition is NearestNeighboursDetector) Assert.Equal(explanation.Score, explanation.Contributions[^1].Value);
        if (set[name].Definition is MahalanobisDetector) Assert.Equal(explanation.Score, explanation.Contributions[0].Value);
        if (set[name].Definition is CosineDetector { Top: 3 })
        {
            Assert.Equal(-explanation.Score, explanation.Contributions.Take(3).Average(part => part.Value), 1e-12);
        }
        else if (set[name].Definition is CosineDetector or WhitenedCosineDetector or ClassMeanCosineDetector)
        {
            Assert.Equal(-explanation.Score, explanation.Contributions[0].Value);
        }
    }

    [Theory, ClassData(typeof(EveryDetector))]
    public void AFitSampleIsScoredAsIfItHadNotBeenKept(string name)
    {
        if (EveryDetector.Get(name).NeedsCalibration) return;
        var traces = TraceFactory.Many(30, 1);
        var set = Fit(name, traces);
        // The whitened cosine leaves the neighbour out, not its share in the covariance.
        var keeps = set[name].Definition is CosineDetector or WhitenedCosineDetector or NearestNeighboursDetector;
        var without = keeps ? Fit(name, [.. traces.Where((_, i) => i != 11)]) : set;
        if (set[name].Definition is not WhitenedCosineDetector) Assert.Equal(without[name].Score(traces[11]), set[name].ScoreWithoutItself(traces[11]));

        // Another sample of that place is not the one that was kept.
        var stranger = TraceFactory.Many(12, 2)[11];
        Assert.Equal(set[name].Score(stranger), set[name].ScoreWithoutItself(stranger));
        if (keeps) Assert.Contains("at least two", Assert.Throws<FathomException>(() => Fit(name, traces[..1])[name].ScoreWithoutItself(traces[0])).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static DetectorFitter Fitter(string name) => new([EveryDetector.Get(name)], TraceFactory.Origin);

    private static FittedDetectorSet Fit(string name, Trace[] traces) => EveryDetector.Get(name).NeedsCalibration
        ? DetectorFitter.FitCalibrated([EveryDetector.Get(name)], TraceFactory.Origin, traces)
        : DetectorFitter.Fit([EveryDetector.Get(name)], TraceFactory.Origin, traces);

    private static double[] Scores(FittedDetectorSet set, Trace[] traces) => [.. traces.Select(set.Detectors[0].Score)];

    private static double[] Nan(Trace trace) => [.. trace.OutputTokens.Select(_ => double.NaN)];

    private static void FiniteOrNamed(Func<double> score, string sample)
    {
        try
        {
            Assert.True(double.IsFinite(score()));
        }
        catch (FathomException failure)
        {
            Assert.Contains(sample, failure.Message, StringComparison.Ordinal);
        }
    }

    private byte[] Bytes(FittedDetectorSet set)
    {
        var path = Path.Combine(_folder, "bytes.fathom");
        set.Save(path);
        return File.ReadAllBytes(path);
    }
}
