using Fathom.Insight.Detection.Statistics;

namespace Fathom.Insight.Detection;

/// <summary>A diagonal Gaussian per layer: mean and population variance of the fit samples, <c>[entries, width]</c>.</summary>
public sealed class LayerGaussian
{
    internal LayerGaussian(int count, int entries, int width, double[] mean, double[] variance)
    {
        Count = count;
        Entries = entries;
        Width = width;
        MeanValues = mean;
        VarianceValues = variance;
    }

    /// <summary>Number of samples it was fitted on.</summary>
    public int Count { get; }

    /// <summary>Number of rows.</summary>
    public int Entries { get; }

    /// <summary>Number of columns.</summary>
    public int Width { get; }

    internal double[] MeanValues { get; }

    internal double[] VarianceValues { get; }

    /// <summary>Mean of one entry.</summary>
    public ReadOnlySpan<double> Mean(int entry) => MeanValues.AsSpan(entry * Width, Width);

    /// <summary>Population variance of one entry.</summary>
    public ReadOnlySpan<double> Variance(int entry) => VarianceValues.AsSpan(entry * Width, Width);

    /// <summary>Fits on trajectories in one pass.</summary>
    /// <exception cref="FathomException">There is none, or they differ in shape.</exception>
    public static LayerGaussian Fit(IEnumerable<Trajectory> trajectories) => FitDifferences(trajectories, 0);

    /// <summary>The same for their k-th differences over the layers: <c>[entries - k, width]</c>.</summary>
    /// <exception cref="FathomException">There is none, or they differ in shape.</exception>
    public static LayerGaussian FitDifferences(IEnumerable<Trajectory> trajectories, int order)
    {
        ArgumentNullException.ThrowIfNull(trajectories);
        MomentSums? sums = null;
        int entries = 0, width = 0;
        var coefficients = Differences.Coefficients(order);
        foreach (var trajectory in trajectories)
        {
            if (sums is null)
            {
                (entries, width) = (trajectory.Entries, trajectory.Width);
                if (entries <= order) throw new FathomException($"{entries} entries have no difference of order {order}");
                sums = new MomentSums(checked((entries - order) * width));
            }

            if (trajectory.Entries != entries || trajectory.Width != width)
            {
                throw new FathomException($"trajectory {sums.Count} is {trajectory.Entries} x {trajectory.Width}; expected {entries} x {width} like the first");
            }

            var values = new double[(entries - order) * width];
            for (var i = 0; i <= order; i++)
            {
                for (var j = 0; j < values.Length; j++)
                {
                    values[j] += coefficients[i] * trajectory.Values[i * width + j];
                }
            }

            sums.Add(values);
        }

        if (sums is null) throw new FathomException("no trajectory to fit on; expected at least one");
        var (mean, variance) = sums.Finish();
        return new LayerGaussian(sums.Count, entries - order, width, mean, variance);
    }
}
