using System.Text.Json.Nodes;
using Fathom.Insight.Detection;
using Fathom.Insight.Evaluation;
using Fathom.Insight.Metrics;
using Fathom.Insight.Tests.Detection;
using Fathom.Tensors;

namespace Fathom.Insight.Tests.Evaluation;

public sealed class EvaluatorTests
{
    private static readonly FittedDetectorSet Detectors =
        DetectorFitter.FitCalibrated(DetectorRegistry.All, TraceFactory.Origin, TraceFactory.Many(120, 1));

    [Theory]
    [InlineData(600, 100, 360)]
    [InlineData(200, 100, 120)]
    [InlineData(250, 100, 170)]
    [InlineData(199, 10, 120)]
    [InlineData(20, 10, 12)]
    [InlineData(24, 10, 16)]
    [InlineData(19, 5, 12)]
    [InlineData(5, 5, 3)]
    public void TheSplitKeepsItsShare(int count, int period, int fit)
    {
        var split = IdSplit.Of(count);
        Assert.Equal((period, fit), (split.Period, split.FitCount));
        Assert.Equal(fit, Enumerable.Range(0, count).Count(split.IsFit));
        Assert.Equal(count, split.FitCount + split.TestCount);
        Assert.True(split.TestCount > 0);
    }

    [Fact]
    public void TooFewRowsAreNotSplit() => Assert.Throws<FathomException>(() => IdSplit.Of(4));

    [Fact]
    public void AnEvaluationHasARowPerSetAndDetector()
    {
        var result = Evaluate(new EvaluationOptions { Bootstrap = new BootstrapOptions { Resamples = 100 }, Permutations = 50, SubsampleSize = 30 });
        Assert.Equal((120, 80), (result.FitCount, result.TestCount));
        Assert.Equal(22, result.Results.Count);
        foreach (var row in result.Results)
        {
            Assert.True(row.Intervals.Auroc.Contains(row.Metrics.Auroc));
            Assert.InRange(row.Permutation.MeanAuroc, 0.46, 0.54);
            Assert.Equal(0.05, row.AtThreshold!.FalseAlarmRate, 0.1);
            Assert.True(row.SubsampledAuroc.StandardDeviation > 0 || row.Metrics.Auroc > 0.99, row.Detector);
            Assert.InRange(row.SubsampledAuroc.Mean, row.Intervals.Auroc.Low - 0.05, row.Intervals.Auroc.High + 0.05);
        }

        Assert.All(result.Results.Where(row => row.Set == "strange"), row => Assert.True(row.Metrics.Auroc > 0.65 && row.Permutation.PValue < 0.05));
        Assert.All(result.Results.Where(row => row.Set == "same"), row => Assert.InRange(row.Metrics.Auroc, 0.35, 0.65));

        // A bank would know its own items; each is scored without itself.
        Assert.All(result.FitTest, control => Assert.True(control.IsSound, $"{control}"));
        Assert.Empty(result.Warnings);
    }

    [Fact]
    public void TheResultDoesNotDependOnThreads()
    {
        var options = new EvaluationOptions { Bootstrap = new BootstrapOptions { Resamples = 50 }, Permutations = 20 };
        Assert.Equal(Evaluate(options with { Threads = 1 }).ToJson().ToJsonString(), Evaluate(options with { Threads = 4 }).ToJson().ToJsonString());
    }

    [Fact]
    public void TheJsonHasTheKeysOfTheContract()
    {
        var json = JsonNode.Parse(Evaluate(new EvaluationOptions { Bootstrap = new BootstrapOptions { Resamples = 20 }, Permutations = 5 }).ToJson().ToJsonString())!;
        Assert.Equal(["name", "fit_count", "test_count"], json["id"]!.AsObject().Select(pair => pair.Key));
        var row = json["results"]![0]!.AsObject();
        Assert.Equal(["detector", "set", "id_count", "ood_count", "auroc", "fpr95", "aupr_in", "aupr_out"], row.Select(pair => pair.Key).Take(8));
        Assert.Equal(["test", "strange", "same"], json["trajectories"]!.AsArray().Select(set => (string)set!["set"]!));
        Assert.Equal(TraceFactory.Layers, json["trajectories"]![0]!["step_length"]!["mean"]!.AsArray().Count);
        Assert.True((double)json["trajectories"]![0]!["step_length"]!["late_share"]! < (double)json["trajectories"]![1]!["step_length"]!["late_share"]! + 1);
    }

    [Fact]
    public void QualityAndOnlineDetectionComeWithEveryDetector()
    {
        // Right where the detector perplexity finds nothing strange: it must correlate, a set without answers must stay out.
        var test = new ScoredSet("test", Detectors);
        var strange = new ScoredSet("strange", Detectors);
        foreach (var trace in TraceFactory.Many(60, 2)) test.Add(trace, Detectors["perplexity"].Score(trace) < 1.7);
        foreach (var trace in TraceFactory.Many(50, 3, strange: true)) strange.Add(trace, Detectors["perplexity"].Score(trace) < 1.7);
        var bare = ScoredSet.Of("bare", Detectors, TraceFactory.Many(40, 4));
        var result = new Evaluator(new EvaluationOptions { Bootstrap = new BootstrapOptions { Resamples = 10 }, Permutations = 2 }).Evaluate(test, [strange, bare], Detectors);
        Assert.Equal(22, result.Quality.Count);
        Assert.Equal([null, "strange"], result.Quality.Where(row => row.Detector == "perplexity").Select(row => row.Set));
        var quality = result.Quality.First(row => row.Detector == "perplexity").Quality;
        Assert.Equal((110, 1.0), (quality.Count, quality.Auroc));
        Assert.True(quality.KendallTauB > 0.5);
        Assert.Equal(test.Correct!.Count(right => right) + strange.Correct!.Count(right => right), quality.CorrectCount);

        Assert.Equal(["quantile", "conformal", "youden"], result.Online.Where(row => row is { Detector: "tv0", Set: "strange" }).Select(row => row.Result.Rule));
        Assert.Equal(11 * 2 * 3, result.Online.Count);
        var youden = result.Online.Single(row => row is { Detector: "tv0", Set: "strange", Result.Rule: "youden" }).Result;
        double[] offline = [.. strange.Scores("tv0").Where((_, i) => i % 2 == 0)], online = [.. strange.Scores("tv0").Where((_, i) => i % 2 == 1)];
        Assert.Equal(ThresholdMetrics.YoudenThreshold(Detectors.CalibrationScores["tv0"].ToArray(), offline), youden.Metrics.Threshold);
        Assert.Equal(online.Count(score => score > youden.Metrics.Threshold) / 25.0, youden.Metrics.DetectionRate);

        var json = result.ToJson();
        Assert.Equal(["detector", "set", "count", "correct_count", "kendall_tau_b", "kendall_p_value", "spearman", "spearman_p_value", "auroc"], json["quality"]![0]!.AsObject().Select(pair => pair.Key));
        Assert.Equal(youden.Metrics.Accuracy, (double)json["online"]!.AsArray().Single(row => (string)row!["detector"]! == "tv0" && (string)row["set"]! == "strange" && (string)row["rule"]! == "youden")!["accuracy"]!);
        Assert.Empty(Evaluate(new EvaluationOptions { Bootstrap = new BootstrapOptions { Resamples = 10 }, Permutations = 2 }).Quality);
    }

    [Fact]
    public void AnEmptySetIsNaNAndAWarning()
    {
        var id = ScoredSet.Of("test", Detectors, TraceFactory.Many(20, 2));
        var result = new Evaluator().Evaluate(id, [new ScoredSet("empty", Detectors)], Detectors);
        Assert.All(result.Results, row => Assert.True(double.IsNaN(row.Metrics.Auroc)));
        Assert.Contains("empty", Assert.Single(result.Warnings), StringComparison.Ordinal);
        Assert.Null(result.ToJson()["results"]![0]!["auroc"]);
    }

    [Fact]
    public void ShuffledLabelsGiveOneHalf() => Forall.Random(random =>
    {
        double[] Draw(int count, double shift) => [.. Enumerable.Range(0, count).Select(_ => shift + random.NextNormal())];
        var control = PermutationControl.Of(DetectionMetrics.Table(Draw(200, 0), Draw(200, 2)), 20, 0);
        Assert.InRange(control.MeanAuroc, 0.4, 0.6);
        Assert.Equal(1 / 21.0, control.PValue, 1e-12);
    }, 10);

    [Fact]
    public void LengthControlFindsADetectorThatOnlyCounts()
    {
        var random = new CounterRandom(4);
        double[] Lengths(int shift) => [.. Enumerable.Range(0, 200).Select(_ => (double)(20 + shift + random.NextInt32(20)))];
        double[] id = Lengths(0), ood = Lengths(10);
        var control = LengthControl.Of(id, id, ood, ood, 0.05, 0);
        Assert.Equal(1, control.Spearman, 1e-12);
        Assert.True(control.LengthAuroc > 0.8);
        Assert.InRange(control.MatchedCount, 60, 140);
        Assert.InRange(control.MatchedAuroc, 0.4, 0.65);
        Assert.Equal(control.MatchedAuroc, control.MatchedLengthAuroc);
    }

    [Fact]
    public void MatchedPairsAreCloseAndUsedOnce() => Forall.Random(random =>
    {
        double[] Lengths() => [.. Enumerable.Range(0, random.NextInt32(50)).Select(_ => (double)(1 + random.NextInt32(60)))];
        double[] id = Lengths(), ood = Lengths();
        var pairs = LengthControl.Match(id, ood, 0.05, 1);
        Assert.Equal(pairs.Count, pairs.Select(pair => pair.Id).Distinct().Count());
        Assert.Equal(pairs.Count, pairs.Select(pair => pair.Ood).Distinct().Count());
        Assert.All(pairs, pair => Assert.True(Math.Abs(id[pair.Id] - ood[pair.Ood]) <= Math.Max(1, 0.05 * id[pair.Id])));
    });

    private static EvaluationResult Evaluate(EvaluationOptions options)
    {
        var test = ScoredSet.Of("test", Detectors, TraceFactory.Many(80, 2));
        ScoredSet[] sets = [ScoredSet.Of("strange", Detectors, TraceFactory.Many(90, 3, strange: true)), ScoredSet.Of("same", Detectors, TraceFactory.Many(70, 4))];
        return new Evaluator(options).Evaluate(test, sets, Detectors, ScoredSet.Of("fit", Detectors, TraceFactory.Many(120, 1), fitSamples: true));
    }
}
