using Fathom.Insight.Detection;
using Fathom.Models.Tracing;
using Fathom.Tensors;

namespace Fathom.Insight.Tests.Detection;

/// <summary>Detectors fitted and calibrated a thousand times on samples of one kind: how often a new one is flagged.</summary>
public sealed class CalibrationPromiseTests
{
    private const int Runs = 1000;
    private static readonly TraceOrigin Origin = new() { ModelFingerprint = "toy", Layers = 1, Width = 2 };

    [Fact]
    public void HeldOutConformalThresholdsKeepTheirPromise()
    {
        // Of 19 + 1 exchangeable scores one in ten, two, may lie above.
        var rates = Rates(ThresholdRule.Conformal, heldOut: true);
        var margin = 4 * Math.Sqrt(0.1 * 0.9 / Runs);
        Assert.All(rates, rate => Assert.InRange(rate, 0.1 - margin, 0.1 + margin));
    }

    [Fact]
    public void CrossFittedConformalThresholdsDoSoApproximately()
    {
        var rates = Rates(ThresholdRule.Conformal, heldOut: false);
        Assert.All(rates, rate => Assert.InRange(rate, 0.03, 0.13));
    }

    [Fact]
    public void TheQuantileOfFewScoresPromisesLess()
    {
        // Interpolated between the 17th and 18th of 19: about 0.14 in expectation, which is why the conformal rule is there.
        var rates = Rates(ThresholdRule.Quantile, heldOut: true);
        Assert.All(rates, rate => Assert.InRange(rate, 0.11, 0.18));
    }

    private static double[] Rates(ThresholdRule rule, bool heldOut)
    {
        DetectorDefinition[] definitions = [new EmbeddingDetector(Pooling.PromptLast), new CosineDetector()];
        var flagged = new int[2];
        for (var run = 0; run < Runs; run++)
        {
            var random = new CounterRandom(77, (ulong)run);
            var traces = Enumerable.Range(0, 40).Select(i => One(i, random)).ToArray();
            var set = DetectorFitter.FitCalibrated(
                definitions, Origin, heldOut ? traces[..20] : traces[..30],
                new CalibrationOptions { Rule = rule, Level = 0.9 },
                heldOut ? new CalibrationData { HeldOut = traces[20..39] } : null);
            for (var d = 0; d < 2; d++) flagged[d] += set.IsOutside(set.Names[d], set.Detectors[d].Score(traces[39])) ? 1 : 0;
        }

        return [.. flagged.Select(count => count / (double)Runs)];
    }

    private static Trace One(int index, CounterRandom random) => new()
    {
        Index = index,
        Text = "",
        Output = "",
        PromptTokens = [],
        OutputTokens = [],
        LogProbabilities = [],
        MaxProbabilities = [],
        Entropies = [],
        States = new Dictionary<Pooling, PooledStates> { [Pooling.PromptLast] = new(2, 2, [0, 0, (float)random.NextNormal(), (float)random.NextNormal()]) },
    };
}
