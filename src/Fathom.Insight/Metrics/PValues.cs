using Fathom.Insight.Numerics;

namespace Fathom.Insight.Metrics;

/// <summary>Rules that make one p-value of several.</summary>
public static class PValues
{
    /// <summary>Fisher's: the tail of a chi-squared variable at -2 times the sum of logarithms. Right for independent p-values only.</summary>
    /// <exception cref="FathomException">A value is not above 0 and at most 1.</exception>
    public static double Fisher(ReadOnlySpan<double> values) => SpecialFunctions.UpperGamma(values.Length, FisherStatistic(values));

    /// <summary>Bonferroni's: the smallest times their number, at most 1. Right for any dependence.</summary>
    /// <exception cref="FathomException">A value is not above 0 and at most 1.</exception>
    public static double Bonferroni(ReadOnlySpan<double> values)
    {
        Ensure(values);
        var least = 1.0;
        foreach (var value in values) least = Math.Min(least, value);
        return Math.Min(1, least * values.Length);
    }

    /// <summary>Twice the mean, at most 1. Right for any dependence (L. Rüschendorf, 1982; V. Vovk and R. Wang, 2020).</summary>
    /// <exception cref="FathomException">A value is not above 0 and at most 1.</exception>
    public static double TwiceMean(ReadOnlySpan<double> values)
    {
        Ensure(values);
        var sum = 0.0;
        foreach (var value in values) sum += value;
        return Math.Min(1, 2 * sum / values.Length);
    }

    /// <summary>Minus the sum of the natural logarithms: high = strange.</summary>
    internal static double FisherStatistic(ReadOnlySpan<double> values)
    {
        Ensure(values);
        var sum = 0.0;
        foreach (var value in values) sum -= StableMath.Log(value);
        return sum;
    }

    private static void Ensure(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty) throw new ArgumentException("expected at least one p-value", nameof(values));
        for (var i = 0; i < values.Length; i++)
        {
            if (!(values[i] is > 0 and <= 1)) throw new FathomException($"p-value {i} is {values[i]}; expected a number above 0 and at most 1");
        }
    }
}
