using Fathom.Insight.Detection;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Tests.Detection;

public sealed class FitterTests
{
    [Fact]
    public void TheRegistryKnowsNamesAndGroups()
    {
        Assert.Equal(["tv0", "tv1", "tv2", "tv3", "tv4", "tv5"], DetectorRegistry.Parse("tv").Select(d => d.Name));
        Assert.Equal(["msp", "tv0"], DetectorRegistry.Parse(" msp , tv0,msp").Select(d => d.Name));
        Assert.Equal(11, DetectorRegistry.All.Count);
        var unknown = Assert.Throws<FathomException>(() => DetectorRegistry.Parse("tv0,oracle")).Message;
        Assert.Contains("'oracle'", unknown, StringComparison.Ordinal);
        Assert.Contains("perplexity", unknown, StringComparison.Ordinal);
        Assert.Throws<FathomException>(() => DetectorRegistry.Parse(" , "));
    }

    [Fact]
    public void SettingsAreCheckedBeforeTheFit()
    {
        static void Wrong(DetectorDefinition definition, string message) =>
            Assert.Contains(message, Assert.Throws<FathomException>(() => new DetectorFitter([definition], TraceFactory.Origin)).Message, StringComparison.Ordinal);
        Wrong(new TvDetector(TvOptions.Paper(51)), "order");
        Wrong(new TvDetector(TvOptions.Paper(0) with { FirstLayer = 2 }), "first_layer");
        Wrong(new TvDetector(TvOptions.Paper(0) with { Floor = double.NaN }), "floor");
        Wrong(new TvDetector(TvOptions.Paper(11)), "too shallow");
        Wrong(new TvDetector(TvOptions.Reference(5) with { MaxOrder = 4 }), "order");
        Wrong(new EmbeddingDetector(Pooling.PromptLast, -1), "floor");
        Wrong(new LengthDetector("Length!"), "name");
        Assert.Throws<FathomException>(() => new DetectorFitter([new LengthDetector(), new LengthDetector()], TraceFactory.Origin));
        Assert.Throws<FathomException>(() => new DetectorFitter([new LengthDetector()], TraceFactory.Origin with { Width = 0 }));
        Assert.Throws<FathomException>(() => new DetectorFitter(DetectorRegistry.Parse("tv0_reference"), TraceFactory.Origin with { MaxNewTokens = 5 }));
    }

    [Fact]
    public void TheReferenceProfileWantsItsSixSteps()
    {
        var set = DetectorFitter.Fit(DetectorRegistry.Parse("tv0_reference"), TraceFactory.Origin, TraceFactory.Many(10, 1));
        var trace = TraceFactory.Many(1, 2)[0];
        var brief = trace with { OutputTokens = [1, 2], LogProbabilities = [-1, -1], MaxProbabilities = [1, 1], Entropies = [0, 0] };
        Assert.Contains("averages 6 steps", Assert.Throws<FathomException>(() => set["tv0_reference"].Score(brief)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAsynchronousStreamFitsAlike()
    {
        var traces = TraceFactory.Many(20, 1);
        var set = await DetectorFitter.FitAsync(DetectorRegistry.All, TraceFactory.Origin, Stream());
        var other = DetectorFitter.Fit(DetectorRegistry.All, TraceFactory.Origin, traces);
        Assert.Equal(other.Score(traces[0]), set.Score(traces[0]));

        async IAsyncEnumerable<Trace> Stream()
        {
            foreach (var trace in traces)
            {
                await Task.Yield();
                yield return trace;
            }
        }
    }

    [Fact]
    public void CrossFittedThresholdsKeepTheirPromise()
    {
        // Cosine would get a useless threshold from its own fit samples: each is its own nearest neighbour.
        var set = DetectorFitter.FitCalibrated(DetectorRegistry.All, TraceFactory.Origin, TraceFactory.Many(400, 1));
        var fresh = TraceFactory.Many(400, 2);
        foreach (var name in set.Names)
        {
            var alarms = fresh.Count(trace => set.IsOutside(name, set[name].Score(trace))) / 400.0;
            Assert.InRange(alarms, 0.01, 0.1);
        }
    }

    [Fact]
    public void ConformalThresholdsPromiseForFewSamplesOrSayThatTheyCannot()
    {
        var options = new CalibrationOptions { Rule = ThresholdRule.Conformal };
        var few = Assert.Throws<FathomException>(() => DetectorFitter.FitCalibrated(DetectorRegistry.Parse("msp"), TraceFactory.Origin, TraceFactory.Many(18, 1), options));
        Assert.Contains("at least 19", few.Message, StringComparison.Ordinal);

        // 30 samples: none of 31 scores may be above, the quantile would lie lower.
        var set = DetectorFitter.FitCalibrated(DetectorRegistry.Parse("msp"), TraceFactory.Origin, TraceFactory.Many(30, 1), options);
        var quantile = DetectorFitter.FitCalibrated(DetectorRegistry.Parse("msp"), TraceFactory.Origin, TraceFactory.Many(30, 1));
        Assert.Equal("conformal", set.Thresholds["msp"].Rule);
        Assert.Equal("quantile", quantile.Thresholds["msp"].Rule);
        Assert.True(set.Thresholds["msp"].Value > quantile.Thresholds["msp"].Value);
        Assert.Equal(TraceFactory.Many(30, 1).Max(set["msp"].Score), set.Thresholds["msp"].Value);
    }

    [Fact]
    public void CalibrationDoesNotDependOnTheOrder()
    {
        var traces = TraceFactory.Many(60, 1);
        var forwards = DetectorFitter.FitCalibrated(DetectorRegistry.All, TraceFactory.Origin, traces);
        var backwards = DetectorFitter.FitCalibrated(DetectorRegistry.All, TraceFactory.Origin, [.. traces.Reverse()]);
        Assert.Equal(forwards.Thresholds.OrderBy(pair => pair.Key), backwards.Thresholds.OrderBy(pair => pair.Key));
    }

    [Fact]
    public void AnUnknownDetectorOrMissingThresholdIsNamed()
    {
        var set = DetectorFitter.Fit(DetectorRegistry.Parse("msp"), TraceFactory.Origin, TraceFactory.Many(5, 1));
        Assert.Contains("msp", Assert.Throws<FathomException>(() => set["tv0"]).Message, StringComparison.Ordinal);
        Assert.Throws<FathomException>(() => set.IsOutside("msp", 0));
    }
}
