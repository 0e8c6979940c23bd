using Fathom.Insight.Numerics;

namespace Fathom.Insight.Detection;

/// <summary>
/// TV score (trajectory volatility; "Embedding Trajectory for Out-of-Distribution Detection in Mathematical Reasoning", NeurIPS
/// 2024): how unevenly the distance to the in-distribution Gaussian changes from layer to layer. Immutable; computes in double.
/// </summary>
public sealed class TrajectoryVolatility
{
    private readonly int _entries;
    private readonly int _width;
    private readonly double[] _means;
    private readonly double[] _coefficients;
    private readonly double[] _variances;
    private readonly double[][]? _factors;
    private readonly int _first;
    private readonly int _last;

    /// <summary>Prepares the differenced Gaussian.</summary>
    /// <param name="gaussian">Mean and variance of every entry.</param>
    /// <param name="options">Settings.</param>
    /// <param name="differences">Moments of the k-th differences; needed for <see cref="VarianceRule.Empirical"/> alone.</param>
    /// <exception cref="FathomException">A setting is out of range or the model too shallow.</exception>
    public TrajectoryVolatility(LayerGaussian gaussian, TvOptions options, LayerGaussian? differences = null)
    {
        ArgumentNullException.ThrowIfNull(gaussian);
        ArgumentNullException.ThrowIfNull(options);
        (_first, _last) = options.Layers(gaussian.Entries);
        if (options.Covariance != LayerCovarianceRule.Diagonal) throw new FathomException($"TV score: covariance {options.Covariance} takes the covariances of the layers, not their variances");
        (_entries, _width, _means) = (gaussian.Entries, gaussian.Width, gaussian.MeanValues);
        Options = options;
        _coefficients = Differences.Coefficients(options.Order);
        _variances = Variances(gaussian, options, differences);
    }

    /// <summary>Prepares the differenced Gaussian of full covariances.</summary>
    /// <param name="covariance">Mean and covariance of every entry.</param>
    /// <param name="options">Settings; <see cref="TvOptions.Covariance"/> says how the covariance is regularised.</param>
    /// <exception cref="FathomException">A setting is out of range, the covariance is to be diagonal, or the model too shallow.</exception>
    public TrajectoryVolatility(LayerCovariance covariance, TvOptions options)
    {
        ArgumentNullException.ThrowIfNull(covariance);
        ArgumentNullException.ThrowIfNull(options);
        (_first, _last) = options.Layers(covariance.Entries);
        if (options.Covariance == LayerCovarianceRule.Diagonal) throw new FathomException("TV score: a diagonal covariance takes the variances of the layers, not their covariances");
        (_entries, _width, _means) = (covariance.Entries, covariance.Width, covariance.MeanValues);
        Options = options;
        _coefficients = Differences.Coefficients(options.Order);
        _variances = [];
        _factors = new double[_last - _first + 1][];
        var weights = Differences.Binomials(options.Order);
        Workers.Run(_factors.Length, (long)_factors.Length * _width * _width * _width / 6, l =>
        {
            var sum = new double[covariance.Lower(0).Length];
            for (var i = 0; i < weights.Length; i++)
            {
                covariance.AddRegularised(sum, _first + l + i, options.VarianceRule == VarianceRule.PaperC ? weights[i] : weights[i] * weights[i], options.Covariance, options.Ridge);
            }

            PackedCholesky.Factor(sum, _width, options.Floor);
            _factors[l] = sum;
        });
    }

    /// <summary>The settings.</summary>
    public TvOptions Options { get; }

    /// <summary>The score of one trajectory with its layer distances.</summary>
    /// <exception cref="FathomException">The trajectory has another shape than the Gaussian.</exception>
    public TvTrace Compute(Trajectory trajectory)
    {
        ArgumentNullException.ThrowIfNull(trajectory);
        if (trajectory.Entries != _entries || trajectory.Width != _width)
        {
            throw new FathomException($"a trajectory of {trajectory.Entries} x {trajectory.Width} cannot be scored by a Gaussian of {_entries} x {_width}: is it of another model?");
        }

        var distances = new double[_last - _first + 1];
        for (var i = 0; i < distances.Length; i++)
        {
            distances[i] = Distance(trajectory, _first + i);
        }

        var sum = 0.0;
        for (var i = 1; i < distances.Length; i++)
        {
            sum += Math.Abs(distances[i] - distances[i - 1]);
        }

        return new TvTrace(Round(sum / (distances.Length - 1)), _first, distances);
    }

    private double Distance(Trajectory trajectory, int layer)
    {
        if (_factors is null) return DiagonalDistance(trajectory, layer);
        var deviations = new double[_width];
        for (var j = 0; j < deviations.Length; j++) deviations[j] = Deviation(trajectory, layer, j);
        var square = PackedCholesky.SquaredDistance(_factors[layer - _first], deviations);
        return Options.Distance == LayerDistance.MahalanobisSquared ? square : Math.Sqrt(square);
    }

    private double DiagonalDistance(Trajectory trajectory, int layer)
    {
        var sum = 0.0;
        var squared = Options.Distance == LayerDistance.NormOfSquaredZ;
        for (var j = 0; j < _width; j++)
        {
            var deviation = Deviation(trajectory, layer, j);
            var z = deviation * deviation / _variances[(layer - _first) * _width + j];
            sum += squared ? z * z : z;
        }

        return Options.Distance == LayerDistance.MahalanobisSquared ? sum : Math.Sqrt(sum);
    }

    // The difference of the deviations is the deviation of the difference, with less cancellation.
    private double Deviation(Trajectory trajectory, int layer, int coordinate)
    {
        var deviation = 0.0;
        for (var i = 0; i < _coefficients.Length; i++)
        {
            var at = (layer + i) * _width + coordinate;
            deviation += _coefficients[i] * (trajectory.Values[at] - _means[at]);
        }

        return deviation;
    }

    private double[] Variances(LayerGaussian gaussian, TvOptions options, LayerGaussian? differences)
    {
        var width = gaussian.Width;
        var variances = new double[(_last - _first + 1) * width];
        var weights = Differences.Binomials(options.Order);
        if (options.VarianceRule == VarianceRule.Empirical)
        {
            if (differences is null) throw new ArgumentNullException(nameof(differences), "the empirical variance rule needs the moments of the differences");
            for (var j = 0; j < variances.Length; j++)
            {
                variances[j] = Math.Max(differences.VarianceValues[_first * width + j], options.Floor);
            }
        }
        else
        {
            for (var i = 0; i < weights.Length; i++)
            {
                var weight = options.VarianceRule == VarianceRule.PaperC ? weights[i] : weights[i] * weights[i];
                for (var j = 0; j < variances.Length; j++)
                {
                    variances[j] += weight * Math.Max(gaussian.VarianceValues[(_first + i) * width + j], options.Floor);
                }
            }
        }

        return variances;
    }

    /// <summary>As numpy rounds: scale, to the nearest even integer, scale back.</summary>
    private double Round(double score)
    {
        if (Options.Decimals is not { } decimals)
        {
            return score;
        }

        var scale = 1.0;
        for (var i = 0; i < decimals; i++)
        {
            scale *= 10;
        }

        return Math.Round(score * scale, MidpointRounding.ToEven) / scale;
    }
}
