using Fathom.Tensors;

namespace Fathom.Insight.Metrics;

/// <summary>
/// Several detectors as one, with the false-alarm rate kept whatever their dependence: half of the calibration samples turn each
/// detector's score into a p-value, which puts all on one scale; Fisher's statistic of the p-values is the combined score; and the
/// other half calibrates that score conformally. No independence is assumed, as no detector looks at the same sample independently
/// of another.
/// </summary>
public sealed class CombinedConformal
{
    private readonly Conformal[] _detectors;
    private readonly Conformal _combined;

    /// <summary>Calibrates.</summary>
    /// <param name="scores">For every calibration sample the score of every detector (higher = more out of distribution).</param>
    /// <param name="seed">Seed of the halving.</param>
    /// <exception cref="FathomException">There are fewer than two samples, they have different numbers of scores, or one is NaN or infinite.</exception>
    public CombinedConformal(IReadOnlyList<double[]> scores, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (scores.Count < 2) throw new FathomException($"combining detectors: {scores.Count} calibration samples; expected at least 2 (100 or more are sensible)");
        if (scores.Any(sample => sample.Length != scores[0].Length || sample.Length == 0)) throw new FathomException("combining detectors: the samples have different numbers of scores; expected one of every detector");
        var order = Enumerable.Range(0, scores.Count).ToArray();
        new CounterRandom(seed).Shuffle(order.AsSpan());
        var half = order.Length / 2;
        _detectors = [.. Enumerable.Range(0, scores[0].Length).Select(d => new Conformal([.. order[..half].Select(i => scores[i][d])]))];
        _combined = new Conformal([.. order[half..].Select(i => Score(scores[i]))]);
    }

    /// <summary>Number of samples that calibrate the combined score.</summary>
    public int Count => _combined.Count;

    /// <summary>Every detector's own p-value of a sample.</summary>
    public double[] PValuesOf(ReadOnlySpan<double> scores)
    {
        if (scores.Length != _detectors.Length) throw new ArgumentException($"{scores.Length} scores for {_detectors.Length} detectors", nameof(scores));
        var values = new double[scores.Length];
        for (var d = 0; d < values.Length; d++) values[d] = _detectors[d].PValue(scores[d]);
        return values;
    }

    /// <summary>The combined score of a sample: higher = more out of distribution.</summary>
    public double Score(ReadOnlySpan<double> scores) => PValues.FisherStatistic(PValuesOf(scores));

    /// <summary>Its p-value: uniform or larger for an in-distribution sample.</summary>
    public double PValue(ReadOnlySpan<double> scores) => _combined.PValue(Score(scores));

    /// <summary>The combined score above which at most this share of in-distribution samples fall, in expectation.</summary>
    /// <exception cref="FathomException">As for <see cref="Conformal.Threshold"/>.</exception>
    public double Threshold(double falseAlarmRate) => _combined.Threshold(falseAlarmRate);
}
