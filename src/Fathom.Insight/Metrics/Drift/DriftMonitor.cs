using Fathom.Insight.Numerics;
using Fathom.Tensors;

namespace Fathom.Insight.Metrics;

/// <summary>
/// Tells over a stream when the inputs have moved, by a conformal test martingale. Every score gets a p-value among all scores before
/// it; as long as calibration and stream are exchangeable these are independent and uniform (V. Vovk, A. Gammerman and G. Shafer,
/// "Algorithmic learning in a random world", 2005), so that a capital which bets against them is a martingale, and by Ville's
/// inequality the chance that it <b>ever</b> reaches 1 / rate is at most the rate: any distribution, any length, looked at after
/// every sample. The bets are those of the simple jumper (V. Vovk and others, "Retrain or not retrain", COPA 2021), which notices
/// scores that rise as well as scores that fall. A part 1 / (n (n + 1)) of the capital enters the game at sample n, so that a long
/// quiet time costs a later alarm no more than a logarithm. Memory is one number per score. Not for several threads at once.
/// </summary>
public sealed class DriftMonitor
{
    private static readonly double[] Bets = [-1, 0, 1];

    private readonly DriftOptions _options;
    private readonly List<double> _sorted;
    private readonly CounterRandom _random;

    // Capital in play, divided by e^_scale; what has not yet entered is 1 / (n + 1).
    private readonly double[] _capital = new double[Bets.Length];
    private double _scale;

    /// <summary>Starts after a calibration set of scores the detector was not fitted on.</summary>
    /// <exception cref="FathomException">There is none, one is NaN or infinite, or a setting is out of range.</exception>
    public DriftMonitor(ReadOnlySpan<double> calibration, DriftOptions? options = null)
    {
        _options = options ?? new DriftOptions();
        _options.Validate();
        Scores.EnsureFinite(calibration, "calibration");
        if (calibration.IsEmpty) throw new FathomException("drift: no calibration score; expected at least one (50 or more are sensible)");
        _sorted = [.. calibration];
        _sorted.Sort();
        _random = new CounterRandom(_options.Seed);
    }

    /// <summary>Samples of the stream so far.</summary>
    public long Count { get; private set; }

    /// <summary>The sample, counted from 1, that raised the alarm; <see langword="null"/> while there was none.</summary>
    public long? AlarmAt { get; private set; }

    /// <summary>Natural logarithm of the capital; an alarm is raised when it reaches -ln(rate).</summary>
    public double LogCapital { get; private set; }

    /// <summary>Takes in the next score (higher = more out of distribution).</summary>
    /// <exception cref="FathomException">It is NaN or infinite.</exception>
    public DriftStep Add(double score)
    {
        if (!double.IsFinite(score)) throw new FathomException($"drift: score {Count} of the stream is {score}; expected a finite number");
        var p = PValue(score);
        Count++;
        Bet(p);
        if (AlarmAt is null && LogCapital >= -StableMath.Log(_options.FalseAlarmRate)) AlarmAt = Count;
        return new DriftStep(p, LogCapital, AlarmAt is not null);
    }

    /// <summary>(scores above + a random share of the equal ones, itself among them) / all, and keeps the score.</summary>
    private double PValue(double score)
    {
        var first = Place(score, after: false);
        var end = Place(score, after: true);
        var above = _sorted.Count - end;
        var equal = end - first + 1;
        _sorted.Insert(end, score);
        return (above + equal * (1 - _random.NextDouble())) / _sorted.Count;
    }

    private int Place(double score, bool after)
    {
        int low = 0, high = _sorted.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_sorted[middle] < score || (after && _sorted[middle] == score)) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private void Bet(double p)
    {
        double n = Count;
        var entering = StableMath.Exp(-_scale) / (n * (n + 1));
        var inPlay = _capital.Sum() + entering;
        var total = 0.0;
        for (var b = 0; b < Bets.Length; b++)
        {
            var own = _capital[b] + entering / Bets.Length;
            var moved = (1 - _options.JumpRate) * own + _options.JumpRate / Bets.Length * inPlay;
            total += _capital[b] = moved * (1 + Bets[b] * (p - 0.5));
        }

        // The whole is rescaled when it leaves the comfortable range of a double.
        var waiting = StableMath.Exp(-_scale) / (n + 1);
        LogCapital = _scale + StableMath.Log(total + waiting);
        if (total is > 1e100 or < 1e-100)
        {
            for (var b = 0; b < _capital.Length; b++) _capital[b] /= total;
            _scale += StableMath.Log(total);
        }
    }
}
