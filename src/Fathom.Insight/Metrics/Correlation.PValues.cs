using Fathom.Insight.Numerics;

namespace Fathom.Insight.Metrics;

/// <content>Two-sided p-values: the chance of a coefficient at least this far from 0 if the lists had nothing to do with each other.</content>
public static partial class Correlation
{
    private const int MostExact = 33;

    /// <summary>
    /// P-value of Kendall's tau: exact (the distribution of inversions) without ties up to 33 pairs of values or within one inversion
    /// of perfect order, otherwise normal with the variance corrected for ties (M. G. Kendall, "Rank correlation methods").
    /// </summary>
    /// <exception cref="FathomException">A value is NaN or infinite.</exception>
    public static double KendallPValue(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var pairs = KendallPairs.Of(x, y);
        if (pairs.IsUndefined) return double.NaN;
        double n = pairs.Count;
        var extreme = Math.Min(pairs.Discordant, pairs.All - pairs.Discordant);
        if (pairs is { TiedX: 0, TiedY: 0 } && (pairs.Count <= MostExact || extreme <= 1)) return ExactKendall(pairs.Count, extreme);
        var m = n * (n - 1);
        var variance = (m * (2 * n + 5) - pairs.MomentsX.Weighted - pairs.MomentsY.Weighted) / 18
            + 2.0 * pairs.TiedX * pairs.TiedY / m
            + pairs.MomentsX.Triples * pairs.MomentsY.Triples / (9 * m * (n - 2));
        return 2 * StableMath.NormalCdf(-Math.Abs(pairs.Surplus) / Math.Sqrt(variance));
    }

    /// <summary>P-value of Spearman's rho by the t distribution with n - 2 degrees of freedom; NaN for fewer than 3 pairs.</summary>
    /// <exception cref="FathomException">A value is NaN or infinite.</exception>
    public static double SpearmanPValue(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Check(x, y);
        return x.Length < 3 ? double.NaN : LinearPValue(MidRanks(x), MidRanks(y));
    }

    /// <summary>P-value of Pearson's coefficient, exact for normal values; 1 for 2 pairs.</summary>
    /// <exception cref="FathomException">A value is NaN or infinite.</exception>
    public static double PearsonPValue(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Check(x, y);
        return LinearPValue(x, y);
    }

    // t = r sqrt((n-2) / (1-r²)): P(|T| > t) is the incomplete beta function of 1 - r².
    private static double LinearPValue(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.Length < 2 || CentredUnit(x) is not { } left || CentredUnit(y) is not { } right) return double.NaN;
        if (x.Length == 2) return 1;

        // 1 - r and 1 + r as half the squared difference and sum of the unit vectors, which does not cancel near +-1.
        double apart = 0, together = 0;
        for (var i = 0; i < left.Length; i++)
        {
            apart += (left[i] - right[i]) * (left[i] - right[i]);
            together += (left[i] + right[i]) * (left[i] + right[i]);
        }

        return SpecialFunctions.IncompleteBeta(Math.Min(1, apart * together / 4), (x.Length - 2) / 2.0, 0.5);
    }

    /// <summary>Twice the share of the n! orders that have at most this many inversions.</summary>
    private static double ExactKendall(int n, long inversions)
    {
        if (4 * inversions == (long)n * (n - 1)) return 1;

        // Shares instead of counts, so that nothing overflows: item j adds 0 to j - 1 inversions, each as likely.
        var shares = new double[inversions + 1];
        shares[0] = 1;
        for (var j = 2; j <= n; j++)
        {
            var next = new double[shares.Length];
            var window = 0.0;
            for (var c = 0; c < next.Length; c++)
            {
                window += shares[c];
                if (c >= j) window -= shares[c - j];
                next[c] = window / j;
            }

            shares = next;
        }

        return Math.Min(1, 2 * shares.Sum());
    }
}
