using Fathom.Insight.Evaluation;
using Fathom.Insight.Metrics;
using Fathom.Insight.Numerics;

namespace Fathom.Insight.Tests.Metrics;

public sealed class ReliabilityAndRougeTests
{
    [Fact]
    public void ReliabilityCountsEveryCaseOnceAndSumsToItsError() => Forall.Random(random =>
    {
        var count = random.NextInt32(80);
        var bins = 1 + random.NextInt32(20);
        double[] probabilities = [.. Enumerable.Range(0, count).Select(_ => random.NextInt32(3) == 0 ? random.NextInt32(bins + 1) / (double)bins : random.NextDouble())];
        bool[] correct = [.. probabilities.Select(p => random.NextDouble() < p)];
        foreach (var edges in Enum.GetValues<BinEdges>())
        {
            var reliability = Reliability.Of(probabilities, correct, bins, edges);
            Assert.Equal(count, reliability.Bins.Sum(bin => bin.Count));
            Assert.Equal(bins, reliability.Bins.Count);
            if (count == 0)
            {
                Assert.True(double.IsNaN(reliability.ExpectedCalibrationError) && double.IsNaN(reliability.Brier) && double.IsNaN(reliability.MaximumCalibrationError));
                continue;
            }

            Assert.InRange(reliability.ExpectedCalibrationError, 0, reliability.MaximumCalibrationError + 1e-12);
            Assert.InRange(reliability.Brier, 0, 1);
            foreach (var bin in reliability.Bins.Where(bin => bin.Count > 0)) Assert.InRange(bin.MeanProbability, bin.Low - 1e-12, bin.High + 1e-12);
        }
    });

    [Fact]
    public void AProbabilityOutsideIsNamed()
    {
        Assert.Contains("probability 1", Assert.Throws<FathomException>(() => Reliability.Of([0.5, 1.5], [true, true])).Message, StringComparison.Ordinal);
        Assert.Throws<FathomException>(() => Reliability.Of([double.NaN], [true]));
        Assert.Throws<ArgumentException>(() => Reliability.Of([0.5], []));
    }

    [Fact]
    public void RougeIsSymmetricUpToPrecisionAndRecall() => Forall.Random(random =>
    {
        string Text() => string.Join(' ', Enumerable.Range(0, random.NextInt32(12)).Select(_ => "abcde"[random.NextInt32(5)]));
        string a = Text(), b = Text();
        var there = Rouge.LongestCommonSubsequence(a, b);
        var back = Rouge.LongestCommonSubsequence(b, a);
        Assert.Equal((there.Precision, there.Recall), (back.Recall, back.Precision));
        Assert.True(there.F1 <= Rouge.Unigrams(a, b).F1);
        if (a.Length > 0) Assert.Equal(1, Rouge.LongestCommonSubsequence(a, a).F1);
    });

    [Fact]
    public void LongRunsOfYEndSoon()
    {
        // Whether a y is a consonant depends on the one before: neither depth nor time may grow with the run's square.
        var stem = PorterStemmer.Stem(new string('y', 200_000) + "ing");
        Assert.Equal(200_000, stem.Length);
        Assert.Equal("happili", PorterStemmer.Stem("HAPPILY"));
        Assert.Equal("is", PorterStemmer.Stem("is"));
    }

    [Theory]
    [InlineData("The answer is 12.", "12", true)]
    [InlineData("12.0 apples", "12", true)]
    [InlineData("12", "12.0", true)]
    [InlineData("1,234 dollars", "$1234", true)]
    [InlineData("24-12 is it", "12", true)]
    [InlineData("123", "12", false)]
    [InlineData("1.12", "12", false)]
    [InlineData("12.5", "12", false)]
    [InlineData("-12", "12", false)]
    [InlineData("x12", "12", false)]
    [InlineData("so 5 = 10/2 <<10/2=5>>", "we get 10/2\n#### 5", true)]
    [InlineData("\\frac{1}{2}", "\\frac{1}{2}", true)]
    [InlineData("anything", "", false)]
    public void BinaryMatchTakesWholeNumbers(string output, string gold, bool matches) => Assert.Equal(matches, BinaryMatch.Contains(output, gold));

    [Fact]
    public void SpecialFunctionsAgreeWithClosedForms()
    {
        for (var n = 1; n < 30; n++)
        {
            var factorial = Enumerable.Range(1, n - 1).Aggregate(1.0, (product, k) => product * k);
            Assert.Equal(Math.Log(factorial), SpecialFunctions.LogGamma(n), 1e-12 * Math.Max(1, Math.Log(factorial)));
            Assert.Equal(Math.Pow(0.3, n), SpecialFunctions.IncompleteBeta(0.3, n, 1), 1e-13);
            Assert.Equal(1 - Math.Pow(0.3, n), SpecialFunctions.IncompleteBeta(0.7, 1, n), 1e-13);
        }

        Assert.Equal(Math.Log(Math.Sqrt(Math.PI)), SpecialFunctions.LogGamma(0.5), 1e-14);

        // An even number of degrees of freedom: e^-x times the first terms of e^x.
        foreach (var x in new[] { 0.1, 1.0, 2.9, 3.1, 10, 40 })
        {
            Assert.Equal(Math.Exp(-x) * (1 + x + x * x / 2), SpecialFunctions.UpperGamma(3, x), 1e-13);
        }
    }

    [Fact]
    public void TheExactKendallPValueCountsOrders()
    {
        // All 24 orders of four: how many are at least as far from 0 as this one.
        double[] x = [1, 2, 3, 4];
        foreach (var y in Orders([1, 2, 3, 4]))
        {
            var own = Math.Abs(Correlation.KendallTauB(x, y));
            var asFar = Orders([1, 2, 3, 4]).Count(other => Math.Abs(Correlation.KendallTauB(x, other)) >= own - 1e-12);
            Assert.Equal(asFar / 24.0, Correlation.KendallPValue(x, y), 1e-12);
        }
    }

    private static IEnumerable<double[]> Orders(double[] values) => values.Length <= 1
        ? [values]
        : values.SelectMany((value, i) => Orders([.. values[..i], .. values[(i + 1)..]]).Select(rest => (double[])[value, .. rest]));
}
