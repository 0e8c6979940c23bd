using Fathom.Insight.Numerics;

namespace Fathom.Insight.Detection;

/// <summary>
/// Gaussians of one shared full covariance around the mean of every class. The precision is kept as a sum of squares, by the inverse
/// of the covariance's triangular factor where that is sound and by its principal directions where it is not (fewer samples than
/// dimensions, or directions without variance), so that a distance is never negative. Computes in double.
/// </summary>
public sealed class FullGaussian
{
    private readonly double[] _centre;
    private readonly double[] _classProducts;
    private readonly double[] _classDeviations;

    internal FullGaussian(int width, double[] means, PanelMatrix rows, double[]? weights, double rest)
    {
        Width = width;
        MeanValues = means;
        Rows = rows;
        Weights = weights;
        Rest = rest;

        // Vectors are multiplied once for all classes: as deviations from the middle of the means, so that a large mean costs no digits.
        _centre = new double[width];
        for (var c = 0; c < Classes; c++) VectorMath.AddScaled(_centre, Mean(c), 1.0 / Classes);
        if (Classes == 1) means.CopyTo(_centre, 0);
        _classDeviations = Deviations(means, Classes);
        _classProducts = Rows.Multiply(_classDeviations, Classes);
    }

    /// <summary>Width of the vectors.</summary>
    public int Width { get; }

    /// <summary>Number of classes.</summary>
    public int Classes => MeanValues.Length / Width;

    /// <summary>Number of directions the fit samples vary in.</summary>
    public int Rank => Rows.Rows;

    /// <summary>Shrinkage of the Ledoit-Wolf rule, of the fit alone; not saved.</summary>
    public double Shrinkage { get; private init; }

    internal double[] MeanValues { get; }

    /// <summary>Orthonormal directions <c>[rank, width]</c>, or the inverse of the triangular factor <c>[width, width]</c>.</summary>
    internal PanelMatrix Rows { get; }

    /// <summary>Precision along every direction; <see langword="null"/>: 1 along every row of the inverse factor.</summary>
    internal double[]? Weights { get; }

    /// <summary>Precision across all directions.</summary>
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
        if (classes.Length == 0 || vectors.Length != checked(classes.Length * width)) throw new ArgumentException("expected one class for every vector, and at least one vector", nameof(vectors));
        return ClassScatter.Of(vectors, width, classes).ToGaussian(rule, ridge);
    }

    /// <summary>Gaussians of the spectrum of their covariance before regularisation.</summary>
    internal static FullGaussian OfSpectrum(double[] means, double[] values, double[] directions, int width, double shrinkage, double added)
    {
        var cut = (values.Length == 0 ? 0 : values.Max(Math.Abs)) * width * 2.220446049250313e-16;
        var kept = Enumerable.Range(0, values.Length).Where(i => values[i] > cut).OrderByDescending(i => values[i]).ToArray();
        return new FullGaussian(
            width,
            means,
            new PanelMatrix(i => directions.AsMemory(kept[i] * width, width), _ => width, kept.Length, width),
            [.. kept.Select(i => 1 / ((1 - shrinkage) * values[i] + added))],
            added > 0 ? 1 / added : 0)
        {
            Shrinkage = shrinkage,
        };
    }

    /// <summary>
    /// Gaussians of a covariance by the inverse of its factor, where every eigenvalue is surely one that a pseudo-inverse keeps: the
    /// smallest is at least 1 / tr(A⁻¹), and tr(A⁻¹) is the squared norm of the inverse factor. Otherwise <see langword="null"/>.
    /// </summary>
    /// <param name="means">Row-major <c>[classes, width]</c>.</param>
    /// <param name="covariance">Row-major square of which the lower triangle counts, before regularisation.</param>
    /// <param name="width">Width of the vectors.</param>
    /// <param name="shrinkage">Share of a sphere.</param>
    /// <param name="added">Variance added to every direction.</param>
    internal static FullGaussian? OfFactor(double[] means, double[] covariance, int width, double shrinkage, double added)
    {
        const double Caution = 64;
        var factor = (double[])covariance.Clone();
        var squares = 0.0;
        for (var i = 0; i < width; i++)
        {
            var row = factor.AsSpan(i * width, i + 1);
            VectorMath.Scale(row, 1 - shrinkage);
            row[i] += added;
            squares += 2 * VectorMath.Dot(row, row);
        }

        if (!(squares > 0) || !Cholesky.Factor(factor, width, 0)) return null;
        var inverse = Cholesky.Invert(factor, width);
        var inverseSquares = 0.0;
        for (var i = 0; i < width; i++)
        {
            var row = inverse.AsSpan(i * width, i + 1);
            inverseSquares += VectorMath.Dot(row, row);
        }

        return Math.Sqrt(squares) * inverseSquares * Caution * width * 2.220446049250313e-16 < 1
            ? new FullGaussian(width, means, PanelMatrix.OfLower(inverse, width), null, 0) { Shrinkage = shrinkage }
            : null;
    }

    /// <summary>Squared Mahalanobis distance of a vector to the mean of every class.</summary>
    public double[] Distances(ReadOnlySpan<double> vector) => Distances(vector, 1);

    /// <summary>
    /// Squared Mahalanobis distances of many vectors, <c>[count, classes]</c>: the same bits as one by one, and faster.
    /// </summary>
    /// <param name="vectors">Row-major <c>[count, width]</c>.</param>
    /// <param name="count">Number of vectors.</param>
    public double[] Distances(ReadOnlySpan<double> vectors, int count)
    {
        if (vectors.Length != checked(count * Width)) throw new ArgumentException($"expected {count} vectors of width {Width}", nameof(vectors));
        var deviations = Deviations(vectors, count);
        var products = Rows.Multiply(deviations, count);
        var distances = new double[checked(count * Classes)];
        Workers.Run(count, (long)distances.Length * (Rank + Width), i =>
        {
            var difference = new double[Width];
            for (var c = 0; c < Classes; c++)
            {
                double within = 0, sum = 0;
                for (var r = 0; r < Rank; r++)
                {
                    var along = products[i * Rank + r] - _classProducts[c * Rank + r];
                    within += along * along;
                    sum += Weights is null ? along * along : Weights[r] * along * along;
                }

                if (Rest > 0 && Rank < Width)
                {
                    deviations.AsSpan(i * Width, Width).CopyTo(difference);
                    VectorMath.AddScaled(difference, _classDeviations.AsSpan(c * Width, Width), -1);
                    sum += Rest * Math.Max(0, VectorMath.Dot(difference, difference) - within);
                }

                distances[i * Classes + c] = sum;
            }
        });
        return distances;
    }

    /// <summary>Width of whitened vectors, see <see cref="Whiten"/>.</summary>
    internal int WhitenedWidth => Weights is null ? Rank : Rest > 0 && Rank < Width ? Rank + Width : Rank > 0 ? Rank : Width;

    /// <summary>
    /// Vectors seen from the middle of the class means in coordinates where the shared covariance is a sphere: inner products of them
    /// are those of the precision. Without any variance there is nothing to divide by, and the plain deviations are returned.
    /// </summary>
    /// <param name="vectors">Row-major <c>[count, width]</c>.</param>
    /// <param name="count">Number of vectors.</param>
    /// <returns>Row-major <c>[count, <see cref="WhitenedWidth"/>]</c>.</returns>
    internal double[] Whiten(ReadOnlySpan<double> vectors, int count)
    {
        if (vectors.Length != checked(count * Width)) throw new ArgumentException($"expected {count} vectors of width {Width}", nameof(vectors));
        var deviations = Deviations(vectors, count);
        if (Rank == 0 && !(Rest > 0)) return deviations;
        var products = Rows.Multiply(deviations, count);
        if (Weights is null) return products;
        var whitened = new double[checked(count * WhitenedWidth)];
        for (var i = 0; i < count; i++)
        {
            var along = products.AsSpan(i * Rank, Rank);
            var target = whitened.AsSpan(i * WhitenedWidth, WhitenedWidth);
            for (var r = 0; r < Rank; r++) target[r] = Math.Sqrt(Weights[r]) * along[r];
            if (target.Length == Rank) continue;

            // What lies across all directions, in the first coordinates.
            var across = target[Rank..];
            deviations.AsSpan(i * Width, Width).CopyTo(across);
            for (var r = 0; r < Rank; r++)
            {
                for (var j = 0; j < Width; j++) across[j] -= along[r] * Rows[r, j];
            }

            VectorMath.Scale(across, Math.Sqrt(Rest));
        }

        return whitened;
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

    private double[] Deviations(ReadOnlySpan<double> vectors, int count)
    {
        var deviations = vectors.ToArray();
        for (var i = 0; i < count; i++) VectorMath.AddScaled(deviations.AsSpan(i * Width, Width), _centre, -1);
        return deviations;
    }
}
