using Fathom.Insight.Numerics;
using Fathom.Tensors;

namespace Fathom.Insight.Metrics;

/// <summary>
/// Stratified bootstrap: each class is resampled with replacement to its own size. A resample is only another pair of counts over
/// the distinct scores, so that thousands cost little.
/// </summary>
public static class Bootstrap
{
    /// <summary>Intervals of AUROC, FPR95 and both AUPR from the same resamples; NaN when a class is empty.</summary>
    public static MetricIntervals Intervals(ScoreTable table, BootstrapOptions? options = null)
    {
        var results = Intervals(
            table,
            [static t => t.Auroc(), static t => t.FalsePositiveRate(), static t => t.AveragePrecision(), static t => t.AveragePrecisionOfNegatives()],
            options);
        return new MetricIntervals(results[0], results[1], results[2], results[3]);
    }

    /// <summary>Intervals of any functions of the table, from the same resamples.</summary>
    /// <exception cref="FathomException">A setting is out of range.</exception>
    public static Interval[] Intervals(ScoreTable table, IReadOnlyList<Func<ScoreTable, double>> metrics, BootstrapOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(metrics);
        options ??= new BootstrapOptions();
        options.Validate();
        if (table.PositiveCount == 0 || table.NegativeCount == 0)
        {
            return [.. metrics.Select(static _ => new Interval(double.NaN, double.NaN))];
        }

        var samples = new double[metrics.Count][];
        for (var m = 0; m < samples.Length; m++)
        {
            samples[m] = new double[options.Resamples];
        }

        var values = table.Values.ToArray();
        var positivePlaces = Places(table.Positives);
        var negativePlaces = Places(table.Negatives);
        for (var r = 0; r < options.Resamples; r++)
        {
            var random = new CounterRandom(options.Seed, (ulong)r);
            var resample = new ScoreTable(values, Draw(positivePlaces, values.Length, random), Draw(negativePlaces, values.Length, random));
            for (var m = 0; m < samples.Length; m++)
            {
                samples[m][r] = metrics[m](resample);
            }
        }

        var intervals = new Interval[samples.Length];
        for (var m = 0; m < samples.Length; m++)
        {
            Array.Sort(samples[m]);
            intervals[m] = options.Method == BootstrapMethod.Percentile
                ? Percentiles(samples[m], (1 - options.Confidence) / 2, (1 + options.Confidence) / 2)
                : Corrected(samples[m], table, metrics[m], options.Confidence);
        }

        return intervals;
    }

    private static Interval Percentiles(double[] sorted, double low, double high) =>
        new(Scores.QuantileOfSorted(sorted, low), Scores.QuantileOfSorted(sorted, high));

    private static Interval Corrected(double[] sorted, ScoreTable table, Func<ScoreTable, double> metric, double confidence)
    {
        var estimate = metric(table);
        var below = 0.0;
        foreach (var value in sorted)
        {
            below += value < estimate ? 1 : value == estimate ? 0.5 : 0;
        }

        // Half a resample away from 0 and 1 keeps the normal quantile finite.
        var share = Math.Clamp(below / sorted.Length, 0.5 / sorted.Length, 1 - 0.5 / sorted.Length);
        var bias = StableMath.NormalQuantile(share);
        var acceleration = Acceleration(table, metric);
        return Percentiles(sorted, Level((1 - confidence) / 2), Level((1 + confidence) / 2));

        double Level(double nominal)
        {
            var z = bias + StableMath.NormalQuantile(nominal);
            return StableMath.NormalCdf(bias + z / (1 - acceleration * z));
        }
    }

    /// <summary>Skewness of the jackknife influences, both classes together (Davison and Hinkley, 1997, section 5.3.2).</summary>
    private static double Acceleration(ScoreTable table, Func<ScoreTable, double> metric)
    {
        double squares = 0, cubes = 0;
        for (var side = 0; side < 2; side++)
        {
            var counts = (side == 0 ? table.Positives : table.Negatives).ToArray();
            var other = (side == 0 ? table.Negatives : table.Positives).ToArray();
            var total = side == 0 ? table.PositiveCount : table.NegativeCount;
            if (total < 2)
            {
                continue;
            }

            var left = new double[counts.Length];
            var mean = 0.0;
            for (var i = 0; i < counts.Length; i++)
            {
                if (counts[i] == 0)
                {
                    continue;
                }

                var without = (int[])counts.Clone();
                without[i]--;
                left[i] = metric(side == 0 ? new ScoreTable(table.Values.ToArray(), without, other) : new ScoreTable(table.Values.ToArray(), other, without));
                mean += counts[i] * left[i];
            }

            mean /= total;
            for (var i = 0; i < counts.Length; i++)
            {
                if (counts[i] > 0)
                {
                    var influence = (total - 1) * (mean - left[i]) / total;
                    squares += counts[i] * influence * influence;
                    cubes += counts[i] * influence * influence * influence;
                }
            }
        }

        return squares == 0 ? 0 : cubes / (6 * squares * Math.Sqrt(squares));
    }

    private static int[] Places(ReadOnlySpan<int> counts)
    {
        var places = new List<int>();
        for (var i = 0; i < counts.Length; i++)
        {
            for (var c = 0; c < counts[i]; c++)
            {
                places.Add(i);
            }
        }

        return [.. places];
    }

    private static int[] Draw(int[] places, int length, CounterRandom random)
    {
        var counts = new int[length];
        for (var i = 0; i < places.Length; i++)
        {
            counts[places[random.NextInt32(places.Length)]]++;
        }

        return counts;
    }
}
