namespace Fathom.Insight.Detection;

/// <summary>
/// TV score (trajectory volatility; "Embedding Trajectory for Out-of-Distribution Detection in Mathematical Reasoning", NeurIPS
/// 2024): how unevenly the distance to the in-distribution Gaussian changes from layer to layer. Immutable; computes in double.
/// </summary>
public sealed class TrajectoryVolatility
{
    private readonly LayerGaussian _gaussian;
    private readonly double[] _coefficients;
    private readonly double[] _variances;
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
        _gaussian = gaussian;
        Options = options;
        _coefficients = Differences.Coefficients(options.Order);
        _variances = Variances(gaussian, options, differences);
    }

    /// <summary>The settings.</summary>
    public TvOptions Options { get; }

    /// <summary>The score of one trajectory with its layer distances.</summary>
    /// <exception cref="FathomException">The trajectory has another shape than the Gaussian.</exception>
    public TvTrace Compute(Trajectory trajectory)
    {
        ArgumentNullException.ThrowIfNull(trajectory);
        if (trajectory.Entries != _gaussian.Entries || trajectory.Width != _gaussian.Width)
        {
            throw new FathomException($"a trajectory of {trajectory.Entries} x {trajectory.Width} cannot be scored by a Gaussian of {_gaussian.Entries} x {_gaussian.Width}: is it of another model?");
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
        var width = trajectory.Width;
        var states = trajectory.Values;
        var means = _gaussian.MeanValues;
        var sum = 0.0;
        var squared = Options.Distance == LayerDistance.NormOfSquaredZ;
        for (var j = 0; j < width; j++)
        {
            // The difference of the deviations is the deviation of the difference, with less cancellation.
            var deviation = 0.0;
            for (var i = 0; i < _coefficients.Length; i++)
            {
                var at = (layer + i) * width + j;
                deviation += _coefficients[i] * (states[at] - means[at]);
            }

            var z = deviation * deviation / _variances[(layer - _first) * width + j];
            sum += squared ? z * z : z;
        }

        return Options.Distance == LayerDistance.MahalanobisSquared ? sum : Math.Sqrt(sum);
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
