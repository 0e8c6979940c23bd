using Fathom.Insight.Metrics;
using Fathom.Tensors;

namespace Fathom.Insight.Evaluation;

/// <summary>
/// Online detection: a threshold is taken from an offline run, then every new sample is called ID or OOD by comparing with it. How the
/// paper of TV score chooses its threshold is not published; three rules are measured side by side.
/// </summary>
public static class OnlineEvaluation
{
    /// <summary>Measures every rule that the data allow.</summary>
    /// <param name="offlineId">ID scores to choose thresholds from; not those the detector was fitted on.</param>
    /// <param name="offlineOod">OOD scores of the offline run; empty leaves <c>youden</c> out.</param>
    /// <param name="onlineId">New ID scores.</param>
    /// <param name="onlineOod">New OOD scores.</param>
    /// <param name="options">Settings.</param>
    /// <returns><c>quantile</c>, <c>conformal</c> where there are enough samples for its promise, and <c>youden</c>.</returns>
    /// <exception cref="FathomException">A score is NaN or infinite, a setting is out of range, or there is no offline ID score.</exception>
    public static IReadOnlyList<OnlineResult> Of(
        ReadOnlySpan<double> offlineId, ReadOnlySpan<double> offlineOod, ReadOnlySpan<double> onlineId, ReadOnlySpan<double> onlineOod, OnlineOptions? options = null)
    {
        options ??= new OnlineOptions();
        options.Validate();
        if (offlineId.IsEmpty) throw new FathomException("online evaluation: no in-distribution score to choose a threshold from; expected at least one");
        var results = new List<OnlineResult> { Measure("quantile", Scores.Quantile(offlineId, options.Level), onlineId, onlineOod, options) };
        var conformal = new Conformal(offlineId);
        if ((conformal.Count + 1) * (1 - options.Level) * (1 + 1e-12) >= 1)
        {
            results.Add(Measure("conformal", conformal.Threshold(1 - options.Level), onlineId, onlineOod, options));
        }

        if (!offlineOod.IsEmpty)
        {
            results.Add(Measure("youden", ThresholdMetrics.YoudenThreshold(offlineId, offlineOod), onlineId, onlineOod, options));
        }

        return results;
    }

    private static OnlineResult Measure(string rule, double threshold, ReadOnlySpan<double> id, ReadOnlySpan<double> ood, OnlineOptions options)
    {
        var accuracy = new double[options.Samplings];
        var balanced = new double[options.Samplings];
        for (var seed = 0; seed < accuracy.Length; seed++)
        {
            var drawn = ood.ToArray();
            new CounterRandom((ulong)seed).Shuffle(drawn.AsSpan());
            var metrics = ThresholdMetrics.Of(id, drawn.AsSpan(0, Math.Min(options.SamplingSize, drawn.Length)), threshold);
            (accuracy[seed], balanced[seed]) = (metrics.Accuracy, metrics.BalancedAccuracy);
        }

        return new OnlineResult(rule, ThresholdMetrics.Of(id, ood, threshold), Spread(accuracy), Spread(balanced));
    }

    private static MeanAndSpread Spread(double[] values)
    {
        var (mean, deviation) = Scores.MeanAndDeviation(values);
        return new MeanAndSpread(mean, deviation);
    }
}
