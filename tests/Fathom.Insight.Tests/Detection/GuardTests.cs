using System.Text.Json.Nodes;
using Fathom.Formats;
using Fathom.Insight.Detection;
using Fathom.Insight.Detection.Statistics;
using Fathom.Insight.Metrics;
using Fathom.Models.Tracing;
using Fathom.Tensors;

namespace Fathom.Insight.Tests.Detection;

/// <summary>What a guard promises: thresholds, p-values, groups, combinations, the verdict, neighbours.</summary>
public sealed class GuardTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fathom-insight-").FullName;

    [Fact]
    public void HeldOutCalibrationIsExactAndItsOriginIsKept()
    {
        var held = TraceFactory.Many(59, 2);
        var set = DetectorFitter.FitCalibrated(
            DetectorRegistry.Parse("tv0,msp,cosine"), TraceFactory.Origin, TraceFactory.Many(40, 1), new CalibrationOptions { Rule = ThresholdRule.Conformal, Level = 0.9 }, new CalibrationData { HeldOut = held, Sha256 = "abc" });
        foreach (var name in set.Names)
        {
            // Of 60 exchangeable scores 6 may be above: the threshold is the sixth largest of the 59.
            var scores = held.Select(set[name].Score).OrderDescending().ToArray();
            var threshold = set.Thresholds[name];
            Assert.Equal((scores[5], "conformal", "held_out", 59, "abc"), (threshold.Value, threshold.Rule, threshold.Source, threshold.CalibrationCount, threshold.CalibrationSha256));
            Assert.Equal(scores.Order(), set.CalibrationScores[name].ToArray());
            Assert.Equal(7 / 60.0, set.PValue(name, scores[5]));
            Assert.Equal(1 / 60.0, set.PValue(name, 1e9));
        }

        // The fit itself is of all samples: it does not depend on what calibrates.
        var crossed = DetectorFitter.FitCalibrated(DetectorRegistry.Parse("tv0,msp,cosine"), TraceFactory.Origin, TraceFactory.Many(40, 1));
        Assert.Equal(crossed.Score(held[0]), set.Score(held[0]));
        Assert.NotEqual(crossed.Thresholds["msp"].CalibrationHash, set.Thresholds["msp"].CalibrationHash);
        Assert.Contains("no calibration sample", Assert.Throws<FathomException>(() => DetectorFitter.FitCalibrated(DetectorRegistry.Parse("msp"), TraceFactory.Origin, TraceFactory.Many(9, 1), null, new CalibrationData { HeldOut = [] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OverAThousandCalibrationsTheFalseAlarmRatesKeepTheirPromises()
    {
        // A thousand guard files: one fresh sample each meets the threshold of all, of its group, and the combination's.
        const double Rate = 0.1;
        int pooled = 0, combined = 0, high = 0, low = 0;
        var definitions = new DetectorDefinition[] { new PerplexityDetector(), new CombinedDetector(DetectorRegistry.Parse("perplexity,length")) };
        for (var run = 0; run < 1000; run++)
        {
            var random = new CounterRandom(77, (ulong)run);
            Trace[] fit = [.. Enumerable.Range(0, 6).Select(i => Brief(i, random))];
            Trace[] held = [.. Enumerable.Range(0, 78).Select(i => Brief(i, random))];
            var set = DetectorFitter.FitCalibrated(definitions, TraceFactory.Origin, fit, new CalibrationOptions { Rule = ThresholdRule.Conformal, Level = 1 - Rate }, new CalibrationData { HeldOut = held, GroupOf = GroupOf });
            var fresh = Brief(0, random);
            pooled += set.IsOutside("perplexity", set["perplexity"].Score(fresh)) ? 1 : 0;
            combined += set.IsOutside("combined", set["combined"].Score(fresh)) ? 1 : 0;
            Assert.Equal(set.IsOutside("combined", set["combined"].Score(fresh)), set.PValue("combined", set["combined"].Score(fresh)) <= Rate * (1 + 1e-12));
            low += Outside(set, Brief(0, random, "low")) ? 1 : 0;
            high += Outside(set, Brief(0, random, "high")) ? 1 : 0;
            Assert.Equal(set.CalibrationScores["perplexity"].CountOf("rare") < 9, set.Judge("perplexity", 2, "rare").Group is null);
        }

        var margin = 3 * Math.Sqrt(Rate * (1 - Rate) * 1000);
        Assert.InRange(pooled, 40, 1000 * Rate + margin);
        Assert.InRange(combined, 40, 1000 * Rate + margin);
        Assert.InRange(low, 40, 1000 * Rate + margin);
        Assert.InRange(high, 40, 1000 * Rate + margin);

        static bool Outside(FittedDetectorSet set, Trace trace)
        {
            var verdict = set.Judge("perplexity", set["perplexity"].Score(trace), GroupOf(trace));
            Assert.Equal(verdict.IsOutside, verdict.PValue <= Rate * (1 + 1e-12));
            return verdict.IsOutside!.Value;
        }
    }

    [Fact]
    public void GroupsHaveThresholdsOfTheirOwnAndSurviveTheFile()
    {
        var data = new CalibrationData { GroupOf = trace => trace.Index % 4 == 3 ? "b" : trace.Index == 0 ? "rare" : "a", GroupField = "lang" };
        var set = DetectorFitter.FitCalibrated(DetectorRegistry.Parse("tv0,msp"), TraceFactory.Origin, TraceFactory.Many(100, 1), new CalibrationOptions { Rule = ThresholdRule.Conformal, Level = 0.9 }, data);
        var loaded = Again(set);
        Assert.Equal("lang", loaded.GroupField);
        Assert.Equal(["a", "b"], loaded.GroupThresholds["msp"].Keys.Order());
        Assert.Equal((25, "cross_fit"), (loaded.GroupThresholds["msp"]["b"].CalibrationCount, loaded.GroupThresholds["msp"]["b"].Source));
        Assert.Equal(["a", "b", "rare"], loaded.CalibrationScores["tv0"].Groups);
        Assert.Equal((1, 0), (loaded.CalibrationScores["tv0"].CountOf("rare"), loaded.CalibrationScores["tv0"].CountOf("none")));
        foreach (var group in new[] { "a", "b", "rare", "none", null })
        {
            var verdict = set.Judge("tv0", 5, group);
            Assert.Equal(verdict, loaded.Judge("tv0", 5, group));
            Assert.Equal(group is "a" or "b" ? group : null, verdict.Group);
            Assert.Equal(verdict.IsOutside, loaded.IsOutside("tv0", 5, group));
        }

        Assert.Contains("sample 4", Assert.Throws<FathomException>(() => DetectorFitter.FitCalibrated(DetectorRegistry.Parse("msp"), TraceFactory.Origin, TraceFactory.Many(9, 1), null, new CalibrationData { GroupOf = trace => trace.Index == 4 ? null : "a" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void YoudenNeedsStrangersAndSeparatesThem()
    {
        var options = new CalibrationOptions { Rule = ThresholdRule.Youden };
        var missing = Assert.Throws<FathomException>(() => DetectorFitter.FitCalibrated(DetectorRegistry.Parse("tv0,msp"), TraceFactory.Origin, TraceFactory.Many(60, 1), options));
        Assert.Contains("--ood", missing.Message, StringComparison.Ordinal);
        var held = TraceFactory.Many(80, 2);
        var strange = TraceFactory.Many(70, 3, strange: true);
        var set = Again(DetectorFitter.FitCalibrated(DetectorRegistry.Parse("tv0,msp"), TraceFactory.Origin, TraceFactory.Many(60, 1), options, new CalibrationData { HeldOut = held, OutOfDistribution = strange, OutOfDistributionSha256 = "ef" }));
        var expected = ThresholdMetrics.YoudenThreshold([.. held.Select(set["tv0"].Score)], [.. strange.Select(set["tv0"].Score)]);
        var threshold = set.Thresholds["tv0"];
        Assert.Equal((expected, "youden", 70, "ef"), (threshold.Value, threshold.Rule, threshold.OodCount, threshold.OodSha256));
        Assert.Equal(held.Count(trace => set["tv0"].Score(trace) <= expected) / 80.0, threshold.Level);
        Assert.Throws<FathomException>(() => DetectorFitter.FitCalibrated(DetectorRegistry.Parse("msp"), TraceFactory.Origin, TraceFactory.Many(60, 1), options, new CalibrationData { OutOfDistribution = [] }));
    }

    [Fact]
    public void ACombinationIsItsMembersOnOneScale()
    {
        var held = TraceFactory.Many(100, 2);
        var members = DetectorRegistry.Parse("cosine,tv0");
        var set = DetectorFitter.FitCalibrated([.. members, new CombinedDetector(members)], TraceFactory.Origin, TraceFactory.Many(60, 1), null, new CalibrationData { HeldOut = held });
        Assert.Equal(50, set.Thresholds["combined"].CalibrationCount);
        Assert.Equal(100, set.Thresholds["cosine"].CalibrationCount);
        Assert.NotEqual(set.Thresholds["cosine"].CalibrationHash, set.Thresholds["combined"].CalibrationHash);
        var strange = TraceFactory.Many(50, 3, strange: true);
        Assert.Equal(strange.Select(set["combined"].Score), strange.Select(trace => set.Score(trace).Single(pair => pair.Key == "combined").Value));

        // Strange samples beyond every reference keep their order.
        Assert.Equal(50, strange.Select(set["combined"].Score).Distinct().Count());
        var order = new CounterRandom(9);
        var shuffled = (Trace[])held.Clone();
        order.Shuffle(shuffled.AsSpan());
        var again = DetectorFitter.FitCalibrated([.. members, new CombinedDetector(members)], TraceFactory.Origin, TraceFactory.Many(60, 1), null, new CalibrationData { HeldOut = shuffled });
        Assert.Equal(set.Thresholds["combined"], again.Thresholds["combined"]);

        void Wrong(DetectorDefinition[] combined, string message) => Assert.Contains(message, Assert.Throws<FathomException>(() => new DetectorFitter([new CombinedDetector(combined)], TraceFactory.Origin)).Message, StringComparison.Ordinal);
        Wrong([new LengthDetector()], "at least two");
        Wrong([new LengthDetector(), new LengthDetector()], "named twice");
        Wrong([new LengthDetector(), new CombinedDetector(members)], "itself a combination");
        Assert.Contains("cannot be halved", Assert.Throws<FathomException>(() => DetectorFitter.FitCalibrated([new CombinedDetector(members)], TraceFactory.Origin, TraceFactory.Many(9, 1), null, new CalibrationData { HeldOut = held[..1] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheLeadIsKeptAndGivesTheVerdict()
    {
        var set = DetectorFitter.FitCalibrated(DetectorRegistry.All, TraceFactory.Origin, TraceFactory.Many(60, 1));
        Assert.Equal("tv0", set.Lead.Name);
        var led = Again(set.WithLead("cosine", "because"));
        Assert.Equal(("cosine", "because"), (led.Lead.Name, led.LeadReason));
        var trace = TraceFactory.Many(1, 2, strange: true)[0];
        var verdict = led.Judge(trace);
        Assert.Equal(("cosine", led["cosine"].Score(trace)), (verdict.Detector, verdict.Score));
        Assert.Equal(led.IsOutside("cosine", verdict.Score), verdict.IsOutside);
        Assert.Equal(led.PValue("cosine", verdict.Score), verdict.PValue);
        Assert.Contains("oracle", Assert.Throws<FathomException>(() => set.WithLead("oracle")).Message, StringComparison.Ordinal);
        var bare = DetectorFitter.Fit(DetectorRegistry.Parse("msp"), TraceFactory.Origin, TraceFactory.Many(5, 1)).Judge(trace);
        Assert.Null(bare.IsOutside);
        Assert.Null(bare.PValue);
    }

    [Fact]
    public void NeighboursAreNamedWithTheBeginningOfTheirTexts()
    {
        Trace[] traces = [.. TraceFactory.Many(40, 1).Select(trace => trace with { Text = trace.Index == 3 ? new string('x', 15) + "\ud83d\ude00tail" : $"text {trace.Index}" })];
        var set = Again(DetectorFitter.FitCalibrated(DetectorRegistry.Parse("tv0,knn"), TraceFactory.Origin, traces, new CalibrationOptions { TextCharacters = 17 }));
        Assert.True(set.KnowsNeighbours && set.KeepsTexts);
        for (var i = 0; i < traces.Length; i++)
        {
            var nearest = set.Nearest(traces[i]);
            Assert.Equal(3, nearest.Count);
            Assert.Equal((i, i == 3 ? new string('x', 15) + "\u2026" : $"text {i}"), (nearest[0].Index, nearest[0].Text));
            Assert.Equal(1, nearest[0].Similarity, 1e-12);
            Assert.True(nearest[1].Similarity >= nearest[2].Similarity);
        }

        var silent = Again(DetectorFitter.FitCalibrated(DetectorRegistry.Parse("cosine"), TraceFactory.Origin, traces));
        Assert.Null(silent.Nearest(traces[0])[0].Text);
        Assert.False(silent.KeepsTexts);
        Assert.Empty(DetectorFitter.Fit(DetectorRegistry.Parse("tv0"), TraceFactory.Origin, traces).Nearest(traces[0]));
        Assert.Equal(set.Nearest(traces[7]), DetectorFitter.FitCalibrated([new CombinedDetector(DetectorRegistry.Parse("tv0,cosine"))], TraceFactory.Origin, traces, new CalibrationOptions { TextCharacters = 17 }).Nearest(traces[7]));
    }

    [Fact]
    public void AMillionScoresAreThinnedOnTheSafeSide()
    {
        var random = new CounterRandom(4);
        (string, double)[] scores = [.. Enumerable.Range(0, 1003).Select(i => (i % 3 == 0 ? "b" : "a", Math.Round(random.NextNormal(), 2)))];
        var all = new CalibrationScores(scores);
        var thin = new CalibrationScores(scores, most: 100);
        Assert.Equal((1003, 1003), (all.Count, thin.Count));
        Assert.True(thin.ToArray().Length <= 102);
        foreach (var group in new[] { null, "a", "b" })
        {
            for (var score = -4.0; score < 4; score += 0.037)
            {
                Assert.InRange(thin.PValue(score, group) - all.PValue(score, group), 0, 2 * 11 / 334.0);
            }
        }
    }

    [Fact]
    public void AFileOfTheFirstVersionIsStillRead()
    {
        var path = Path.Combine(_folder, "old.fathom");
        DetectorFitter.FitCalibrated(DetectorRegistry.Parse("msp,length"), TraceFactory.Origin, TraceFactory.Many(25, 1)).Save(path);
        JsonObject manifest;
        using (var file = SafetensorsFile.Open(path)) manifest = JsonNode.Parse(file.Metadata["fathom.manifest"])!.AsObject();
        manifest["version"] = 1;
        manifest.Remove("lead");
        manifest.Remove("group_field");
        manifest["fit"]!.AsObject().Remove("texts");
        foreach (var detector in manifest["detectors"]!.AsArray())
        {
            detector!.AsObject().Remove("calibration");
            detector.AsObject().Remove("group_thresholds");
            detector["threshold"]!.AsObject().Remove("calibration_sha256");
        }

        var text = manifest.ToJsonString();
        var empty = new TensorBag();
        SafetensorsWriter.Save(path, empty.ToBundle(), new Dictionary<string, string> { ["fathom.manifest"] = text, ["fathom.sha256"] = empty.Checksum(text) });
        var set = FittedDetectorSet.Load(path);
        Assert.Equal(["msp", "length"], set.Names);
        Assert.Null(set.PValue("msp", 0));
        Assert.True(set.IsOutside("msp", 1));
        Assert.Equal("msp", set.Lead.Name);
        Assert.Throws<FathomException>(() => set.MonitorDrift());
    }

    [Fact]
    public void AnotherAdapterIsNamed()
    {
        var origin = TraceFactory.Origin with { AdapterFingerprint = "aaaa" };
        var set = Again(DetectorFitter.Fit(DetectorRegistry.Parse("msp"), origin, TraceFactory.Many(5, 1)));
        set.EnsureOrigin(origin);
        Assert.Contains("adapter aaaa, not without", Assert.Throws<FathomException>(() => set.EnsureOrigin(TraceFactory.Origin with { ModelFingerprint = "other" })).Message, StringComparison.Ordinal);
        Assert.Contains("not with adapter bbbb", Assert.Throws<FathomException>(() => set.EnsureModel("other", "m", "bbbb")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DriftIsNoticedFromTheGuardsOwnCalibration()
    {
        var set = Again(DetectorFitter.FitCalibrated(DetectorRegistry.Parse("perplexity"), TraceFactory.Origin, TraceFactory.Many(10, 1), null, new CalibrationData { HeldOut = TraceFactory.Many(100, 2) }));
        var monitor = set.MonitorDrift();
        foreach (var trace in TraceFactory.Many(100, 3)) monitor.Add(set.Lead.Score(trace));
        Assert.Null(monitor.AlarmAt);
        foreach (var trace in TraceFactory.Many(60, 4, strange: true)) monitor.Add(set.Lead.Score(trace));
        Assert.InRange(monitor.AlarmAt!.Value, 101, 140);
    }

    [Fact]
    public void EverySituationHasARecommendationThatExists()
    {
        foreach (var labelled in new[] { false, true })
        {
            foreach (var tuned in new[] { false, true })
            {
                var choice = RecommendedDetectors.For(labelled, tuned);
                Assert.Equal(choice.Detectors.Count, DetectorRegistry.Parse(string.Join(',', choice.Detectors)).Count);
                Assert.All(choice.Detectors, name => Assert.False(DetectorRegistry.Create(name).NeedsLabels && !labelled));
                Assert.NotEmpty(choice.Reason);
                Assert.Equal(choice.IsCombination ? "combined" : choice.Detectors[0], choice.Lead);
            }
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Without states, which the cheap detectors do not look at. Group "high" is far less sure of itself.
    private static Trace Brief(int index, CounterRandom random, string? group = null)
    {
        group ??= random.NextInt32(20) is var draw && draw < 9 ? "low" : draw < 18 ? "high" : "rare";
        var probability = (group == "high" ? 0.02 : 0.5) * (0.2 + random.NextDouble());
        return new Trace
        {
            Index = index,
            Text = group,
            PromptTokens = new int[5 + random.NextInt32(30)],
            OutputTokens = new int[1],
            Output = "",
            LogProbabilities = [Math.Log(probability)],
            MaxProbabilities = [probability],
            Entropies = [1],
            States = new Dictionary<Pooling, PooledStates>(),
        };
    }

    private static string? GroupOf(Trace trace) => trace.Text;

    private FittedDetectorSet Again(FittedDetectorSet set)
    {
        var path = Path.Combine(_folder, "guard.fathom");
        set.Save(path);
        return FittedDetectorSet.Load(path);
    }
}
