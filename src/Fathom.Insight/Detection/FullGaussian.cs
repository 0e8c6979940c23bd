using Fathom.Insight.Numerics;

namespace Fathom.Insight.Detection;

/// <summary>
/// Gaussians of one shared full covariance around the mean of every class. The precision is kept by its principal directions, so it
/// takes min(samples, width) × width numbers and a distance is never negative. Computes in double.
/// </summary>
public sealed class FullGaussian
{
    internal FullGaussian(int width, double[] means, double[] directions, double[] weights, double rest)
    {
        Width = width;
        MeanValues = means;
        Directions = directions;
        Weights = weights;
        Rest = rest;
    }

    /// <summary>Width of the vectors.</summary>
    public int Width { get; }

    /// <summary>Number of classes.</summary>
    public int Classes => MeanValues.Length / Width;

    /// <summary>Number of directions the fit samples vary in.</summary>
    public int Rank => Weights.Length;

    /// <summary>Shrinkage of the Ledoit-Wolf rule, of the fit alone; not saved.</summary>
    public double Shrinkage { get; private init; }

    internal double[] MeanValues { get; }

    /// <summary>Row-major <c>[rank, width]</c>, orthonormal.</summary>
    internal double[] Directions { get; }

    /// <summary>Precision along every direction.</summary>
    internal double[] Weights { get; }

    /// <summary>Precision across all of them.</summary>
    internal double Rest { get; }

    /// <summary>Mean of a class.</summary>
    public ReadOnlySpan<double> Mean(int index) => MeanValues.AsSpan(index * Width, Width);

    /// <summary>Fits class means and the covariance of the pooled residuals (divided by the count).</summary>
    /// <param name="vectors">Row-major <c>[count, width]</c>.</param>
    /// <param name="width">Width of the vectors.</param>
    /// <param name="classes">Class of every vector, from 0.</param>
    /// <param name="rule">How the precision is made.</param>
    /// <param name="ridge">For the ridge rule: the share of the mean variance that is added.</param>
    public static FullGaussian Fit(ReadOnlySpan<double> vectors, int width, ReadOnlySpan<int> classes, CovarianceRule rule, double ridge = 0.01)
    {
        var count = classes.Length;
        if (count == 0 || vectors.Length != checked(count * width)) throw new ArgumentException("expected one class for every vector, and at least one vector", nameof(vectors));
        var (means, residuals) = Residuals(vectors, width, classes);
        var (values, directions) = Spectrum(residuals, count, width);

        double trace = 0, squares = 0, fourth = 0;
        foreach (var value in values)
        {
            trace += value;
            squares += value * value;
        }

        for (var i = 0; i < count; i++)
        {
            var row = residuals.AsSpan(i * width, width);
            var length = VectorMath.Dot(row, row);
            fourth += length * length;
        }

        var mean = trace / width;
        var shrinkage = rule == CovarianceRule.LedoitWolf ? LedoitWolfShrinkage(width, count, trace, squares, fourth) : 0;
        var added = rule switch
        {
            CovarianceRule.Ridge => ridge * mean,
            CovarianceRule.LedoitWolf => shrinkage * mean,
            _ => 0,
        };
        var cut = (values.Length == 0 ? 0 : values.Max(Math.Abs)) * width * 2.220446049250313e-16;
        var kept = Enumerable.Range(0, values.Length).Where(i => values[i] > cut).OrderByDescending(i => values[i]).ToArray();
        return new FullGaussian(
            width,
            means,
            [.. kept.SelectMany(i => directions[(i * width)..((i + 1) * width)])],
            [.. kept.Select(i => 1 / ((1 - shrinkage) * values[i] + added))],
            added > 0 ? 1 / added : 0)
        {
            Shrinkage = shrinkage,
        };
    }

    /// <summary>Squared Mahalanobis distance of a vector to the mean of every class.</summary>
    public double[] Distances(ReadOnlySpan<double> vector)
    {
        var distances = new double[Classes];
        var deviation = new double[Width];
        for (var c = 0; c < distances.Length; c++)
        {
            vector.CopyTo(deviation);
            VectorMath.AddScaled(deviation, Mean(c), -1);
            double within = 0, sum = 0;
            for (var r = 0; r < Rank; r++)
            {
                var along = VectorMath.Dot(Directions.AsSpan(r * Width, Width), deviation);
                within += along * along;
                sum += Weights[r] * along * along;
            }

            var across = Rank == Width ? 0 : Math.Max(0, VectorMath.Dot(deviation, deviation) - within);
            distances[c] = sum + Rest * across;
        }

        return distances;
    }

    /// <summary>
    /// The share of a sphere that makes a covariance best on average: from its trace, its squared Frobenius norm and the sum over the
    /// samples of the fourth power of their distance to the mean.
    /// </summary>
    internal static double LedoitWolfShrinkage(int width, int count, double trace, double squares, double fourth)
    {
        var mean = trace / width;
        var delta = squares / width - mean * mean;

        // Two samples have exactly none of what beta measures: what rounding leaves of it must not become a precision.
        var excess = fourth / count - squares;
        var beta = excess > 1e-13 * squares ? Math.Min(excess / count / width, delta) : 0;
        return beta > 0 ? beta / delta : 0;
    }

    private static (double[] Means, double[] Residuals) Residuals(ReadOnlySpan<double> vectors, int width, ReadOnlySpan<int> classes)
    {
        var number = 0;
        foreach (var c in classes)
        {
            number = Math.Max(number, c + 1);
        }

        var means = new double[checked(number * width)];
        var counts = new int[number];
        for (var i = 0; i < classes.Length; i++)
        {
            VectorMath.AddScaled(means.AsSpan(classes[i] * width, width), vectors.Slice(i * width, width), 1);
            counts[classes[i]]++;
        }

        for (var at = 0; at < means.Length; at++)
        {
            means[at] /= Math.Max(1, counts[at / width]);
        }

        var residuals = vectors.ToArray();
        for (var i = 0; i < classes.Length; i++)
        {
            VectorMath.AddScaled(residuals.AsSpan(i * width, width), means.AsSpan(classes[i] * width, width), -1);
        }

        return (means, residuals);
    }

    /// <summary>Eigenvalues and directions of the covariance, by way of the smaller of the two Gram matrices.</summary>
    private static (double[] Values, double[] Directions) Spectrum(double[] residuals, int count, int width)
    {
        if (count >= width)
        {
            // Columns as rows, so that products run along memory.
            var columns = new double[residuals.Length];
            for (var i = 0; i < count; i++)
            {
                for (var j = 0; j < width; j++)
                {
                    columns[j * count + i] = residuals[i * width + j];
                }
            }

            return SymmetricEigen.Decompose(Gram(columns, width, count, count), width);
        }

        var (values, mixes) = SymmetricEigen.Decompose(Gram(residuals, count, width, count), count);
        var directions = new double[checked(count * width)];
        for (var r = 0; r < count; r++)
        {
            var direction = directions.AsSpan(r * width, width);
            for (var i = 0; i < count; i++)
            {
                VectorMath.AddScaled(direction, residuals.AsSpan(i * width, width), mixes[r * count + i]);
            }

            var length = Math.Sqrt(VectorMath.Dot(direction, direction));
            if (length > 0)
            {
                VectorMath.Scale(direction, 1 / length);
            }
        }

        return (values, directions);
    }

    private static double[] Gram(double[] rows, int number, int length, int divisor)
    {
        var gram = new double[checked(number * number)];
        for (var i = 0; i < number; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                gram[i * number + j] = gram[j * number + i] = VectorMath.Dot(rows.AsSpan(i * length, length), rows.AsSpan(j * length, length)) / divisor;
            }
        }

        return gram;
    }
}
