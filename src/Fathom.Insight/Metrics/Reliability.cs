using Fathom.Insight.Numerics;

namespace Fathom.Insight.Metrics;

/// <summary>
/// Whether probabilities mean what they say: of the cases called right with probability p, a share of p should be. Holds the
/// reliability diagram and the errors read from it.
/// </summary>
public sealed class Reliability
{
    private Reliability(int count, ReliabilityBin[] bins, double brier, double logLoss)
    {
        Count = count;
        Bins = bins;
        Brier = brier;
        LogLoss = logLoss;
    }

    /// <summary>Number of cases.</summary>
    public int Count { get; }

    /// <summary>The diagram: bins of equal width from 0 to 1.</summary>
    public IReadOnlyList<ReliabilityBin> Bins { get; }

    /// <summary>
    /// Expected calibration error: |accuracy - mean probability| of every bin, weighted by its share of the cases. NaN without a case.
    /// </summary>
    public double ExpectedCalibrationError => Count == 0 ? double.NaN : Bins.Where(static bin => bin.Count > 0).Sum(bin => bin.Count / (double)Count * Math.Abs(bin.Gap));

    /// <summary>The largest |accuracy - mean probability| of a bin. NaN without a case.</summary>
    public double MaximumCalibrationError => Count == 0 ? double.NaN : Bins.Where(static bin => bin.Count > 0).Max(static bin => Math.Abs(bin.Gap));

    /// <summary>Brier score: mean of (probability - outcome)². NaN without a case.</summary>
    public double Brier { get; }

    /// <summary>
    /// Logarithmic loss: mean negative log-probability of what happened, in nats; probabilities are kept 2^-52 away from 0 and 1, so
    /// that one certain mistake costs about 36 and not infinity. NaN without a case.
    /// </summary>
    public double LogLoss { get; }

    /// <summary>Bins the cases and computes the scores.</summary>
    /// <param name="probabilities">Probability that each case is right, 0 to 1.</param>
    /// <param name="correct">Whether it was.</param>
    /// <param name="bins">Number of bins; default 15.</param>
    /// <param name="edges">Where edges belong; default right-closed.</param>
    /// <exception cref="FathomException">A probability is not a number from 0 to 1.</exception>
    public static Reliability Of(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> correct, int bins = 15, BinEdges edges = BinEdges.RightClosed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        if (probabilities.Length != correct.Length) throw new ArgumentException($"{probabilities.Length} probabilities for {correct.Length} outcomes; expected one each", nameof(correct));
        const double Least = 2.220446049250313e-16;
        var counts = new int[bins];
        var right = new int[bins];
        var sums = new double[bins];
        double squares = 0, losses = 0;
        for (var i = 0; i < probabilities.Length; i++)
        {
            var p = probabilities[i];
            if (!(p is >= 0 and <= 1)) throw new FathomException($"probability {i} is {p}; expected a number from 0 to 1");
            var bin = BinOf(p, bins, edges);
            counts[bin]++;
            sums[bin] += p;
            right[bin] += correct[i] ? 1 : 0;
            var miss = p - (correct[i] ? 1 : 0);
            squares += miss * miss;
            var clipped = Math.Clamp(p, Least, 1 - Least);
            losses -= StableMath.Log(correct[i] ? clipped : 1 - clipped);
        }

        var made = new ReliabilityBin[bins];
        for (var b = 0; b < bins; b++)
        {
            made[b] = new ReliabilityBin(b / (double)bins, (b + 1) / (double)bins, counts[b], sums[b] / counts[b], right[b] / (double)counts[b]);
        }

        return new Reliability(probabilities.Length, made, squares / probabilities.Length, losses / probabilities.Length);
    }

    // The edges are b / bins as doubles: the quotient first, then one step if rounding put it on the wrong side.
    private static int BinOf(double p, int bins, BinEdges edges)
    {
        var bin = Math.Clamp((int)(p * bins), 0, bins - 1);
        if (edges == BinEdges.LeftClosed) return bin;
        while (bin > 0 && p <= bin / (double)bins) bin--;
        while (bin < bins - 1 && p > (bin + 1) / (double)bins) bin++;
        return bin;
    }
}
