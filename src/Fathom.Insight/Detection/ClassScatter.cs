using Fathom.Insight.Numerics;

namespace Fathom.Insight.Detection;

/// <summary>
/// Class means and the scatter of samples around them, from which Gaussians of any rule are made: the covariance of the pooled
/// residuals (divided by the count), or, for fewer samples than dimensions, its spectrum by way of the smaller Gram matrix.
/// </summary>
internal sealed class ClassScatter
{
    private readonly double[] _means;
    private readonly double[] _covariance;
    private readonly int _width;
    private readonly int _count;
    private readonly double _fourth;
    private (double[] Values, double[] Directions)? _spectrum;

    private ClassScatter(double[] means, double[] covariance, int width, int count, double fourth)
    {
        (_means, _covariance, _width, _count, _fourth) = (means, covariance, width, count, fourth);
    }

    /// <summary>The scatter of vectors.</summary>
    /// <param name="vectors">Row-major <c>[count, width]</c>, at least one.</param>
    /// <param name="width">Width of the vectors.</param>
    /// <param name="classes">Class of every vector, from 0.</param>
    public static ClassScatter Of(ReadOnlySpan<double> vectors, int width, ReadOnlySpan<int> classes)
    {
        var count = classes.Length;
        var (means, residuals) = Residuals(vectors, width, classes);
        var fourth = 0.0;
        for (var i = 0; i < count; i++)
        {
            var row = residuals.AsSpan(i * width, width);
            var length = VectorMath.Dot(row, row);
            fourth += length * length;
        }

        var rows = MatrixView.Of(residuals, width);
        if (count >= width) return new ClassScatter(means, Gram(rows.Turned, width, count, count), width, count, fourth);

        // The smaller Gram matrix has the same eigenvalues but for zeros; its vectors mix the residuals to the directions.
        var (values, mixes) = SymmetricEigen.Decompose(Gram(rows, count, width, count), count);
        var directions = new double[checked(count * width)];
        MatrixProducts.AddTransposed(MatrixView.Of(directions, width), MatrixView.Of(mixes, count), rows.Turned, count, width, count);
        for (var r = 0; r < count; r++)
        {
            var direction = directions.AsSpan(r * width, width);
            var length = Math.Sqrt(VectorMath.Dot(direction, direction));
            if (length > 0) VectorMath.Scale(direction, 1 / length);
        }

        return new ClassScatter(means, [], width, count, fourth) { _spectrum = (values, directions) };
    }

    /// <summary>The scatter that sums over a stream give.</summary>
    /// <param name="means">Class means, row-major <c>[classes, width]</c>.</param>
    /// <param name="covariance">Row-major square of which the lower triangle counts; kept.</param>
    /// <param name="width">Width of the vectors.</param>
    /// <param name="count">Number of vectors.</param>
    /// <param name="fourth">Sum over them of the fourth power of their distance to their class's mean.</param>
    public static ClassScatter OfCovariance(double[] means, double[] covariance, int width, int count, double fourth) => new(means, covariance, width, count, fourth);

    /// <summary>Gaussians whose precision is made by a rule.</summary>
    public FullGaussian ToGaussian(CovarianceRule rule, double ridge)
    {
        var (trace, squares) = TraceAndSquares();
        var shrinkage = rule == CovarianceRule.LedoitWolf ? FullGaussian.LedoitWolfShrinkage(_width, _count, trace, squares, _fourth) : 0;
        var added = rule switch
        {
            CovarianceRule.Ridge => ridge * trace / _width,
            CovarianceRule.LedoitWolf => shrinkage * trace / _width,
            _ => 0,
        };
        if (_covariance.Length > 0 && FullGaussian.OfFactor(_means, _covariance, _width, shrinkage, added) is { } gaussian) return gaussian;
        var (values, directions) = _spectrum ??= SymmetricEigen.Decompose(Whole(), _width);
        return FullGaussian.OfSpectrum(_means, values, directions, _width, shrinkage, added);
    }

    private (double Trace, double Squares) TraceAndSquares()
    {
        double trace = 0, squares = 0;
        if (_covariance.Length == 0)
        {
            foreach (var value in _spectrum!.Value.Values)
            {
                trace += value;
                squares += value * value;
            }

            return (trace, squares);
        }

        for (var i = 0; i < _width; i++)
        {
            var row = _covariance.AsSpan(i * _width, i);
            var variance = _covariance[i * _width + i];
            squares += 2 * VectorMath.Dot(row, row) + variance * variance;
            trace += variance;
        }

        return (trace, squares);
    }

    private double[] Whole()
    {
        var whole = (double[])_covariance.Clone();
        for (var i = 0; i < _width; i++)
        {
            for (var j = 0; j < i; j++) whole[j * _width + i] = whole[i * _width + j];
        }

        return whole;
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

    private static double[] Gram(MatrixView rows, int number, int length, int divisor)
    {
        var gram = new double[checked(number * number)];
        MatrixProducts.AddTransposed(MatrixView.Of(gram, number), rows, rows, number, number, length, lower: true);
        for (var i = 0; i < number; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                gram[i * number + j] = gram[j * number + i] = gram[i * number + j] / divisor;
            }
        }

        return gram;
    }
}
