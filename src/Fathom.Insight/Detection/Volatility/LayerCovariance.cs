using Fathom.Insight.Detection.Statistics;

namespace Fathom.Insight.Detection;

/// <summary>A Gaussian of full covariance per layer, fitted in one pass: what TV score takes instead of <see cref="LayerGaussian"/> when it is not to be diagonal.</summary>
public sealed class LayerCovariance
{
    internal LayerCovariance(int count, int entries, int width, double[] mean, double[] lower, double[] shrinkage)
    {
        Count = count;
        Entries = entries;
        Width = width;
        MeanValues = mean;
        LowerValues = lower;
        ShrinkageValues = shrinkage;
    }

    /// <summary>Number of samples it was fitted on.</summary>
    public int Count { get; }

    /// <summary>Number of layers' entries.</summary>
    public int Entries { get; }

    /// <summary>Width of the states.</summary>
    public int Width { get; }

    internal double[] MeanValues { get; }

    /// <summary>Lower triangles, row by row: <c>[entries, width (width + 1) / 2]</c>.</summary>
    internal double[] LowerValues { get; }

    internal double[] ShrinkageValues { get; }

    /// <summary>Mean of one entry.</summary>
    public ReadOnlySpan<double> Mean(int entry) => MeanValues.AsSpan(entry * Width, Width);

    /// <summary>Covariance (divided by the count) of coordinates i and j of one entry, before any shrinkage.</summary>
    public double Covariance(int entry, int i, int j)
    {
        var (high, low) = (Math.Max(i, j), Math.Min(i, j));
        return Lower(entry)[high * (high + 1) / 2 + low];
    }

    /// <summary>The share of a sphere that Ledoit and Wolf's rule mixes in at one entry.</summary>
    public double Shrinkage(int entry) => ShrinkageValues[entry];

    /// <summary>Fits on trajectories in one pass; memory is entries × width².</summary>
    /// <exception cref="FathomException">There is none, or they differ in shape.</exception>
    public static LayerCovariance Fit(IEnumerable<Trajectory> trajectories)
    {
        ArgumentNullException.ThrowIfNull(trajectories);
        CovarianceSums[]? layers = null;
        var width = 0;
        foreach (var trajectory in trajectories)
        {
            if (layers is null)
            {
                width = trajectory.Width;
                layers = [.. Enumerable.Range(0, trajectory.Entries).Select(_ => new CovarianceSums(trajectory.Width))];
            }

            if (trajectory.Entries != layers.Length || trajectory.Width != width)
            {
                throw new FathomException($"trajectory {layers[0].Count} is {trajectory.Entries} x {trajectory.Width}; expected {layers.Length} x {width} like the first");
            }

            for (var entry = 0; entry < layers.Length; entry++) layers[entry].Add(trajectory[entry]);
        }

        return layers is null ? throw new FathomException("no trajectory to fit on; expected at least one") : Of(layers, width);
    }

    internal static LayerCovariance Of(CovarianceSums[] layers, int width)
    {
        var packed = CovarianceSums.PackedLength(width);
        var mean = new double[checked(layers.Length * width)];
        var lower = new double[checked(layers.Length * packed)];
        var shrinkage = new double[layers.Length];
        for (var entry = 0; entry < layers.Length; entry++)
        {
            var finished = layers[entry].Finish();
            finished.Mean.CopyTo(mean, entry * width);
            finished.Covariance.CopyTo(lower, entry * packed);
            shrinkage[entry] = finished.Shrinkage;
        }

        return new LayerCovariance(layers[0].Count, layers.Length, width, mean, lower, shrinkage);
    }

    internal ReadOnlySpan<double> Lower(int entry) => LowerValues.AsSpan(entry * (LowerValues.Length / Entries), LowerValues.Length / Entries);

    /// <summary>Adds a multiple of an entry's regularised covariance to a packed triangle.</summary>
    internal void AddRegularised(double[] target, int entry, double weight, LayerCovarianceRule rule, double ridge)
    {
        var lower = Lower(entry);
        var trace = 0.0;
        for (var i = 0; i < Width; i++) trace += lower[i * (i + 1) / 2 + i];
        var shrinkage = rule == LayerCovarianceRule.LedoitWolf ? ShrinkageValues[entry] : 0;
        var added = (rule == LayerCovarianceRule.LedoitWolf ? shrinkage : ridge) * trace / Width;
        for (var at = 0; at < target.Length; at++) target[at] += weight * (1 - shrinkage) * lower[at];
        for (var i = 0; i < Width; i++) target[i * (i + 1) / 2 + i] += weight * added;
    }
}
