using Fathom.Insight.Detection;

namespace Fathom.Insight.Tests.Detection;

public sealed class LogisticRegressionTests
{
    [Fact]
    public void TheMinimumIsOne() => Forall.Random(
        random =>
        {
            int count = 12 + random.NextInt32(30), width = 1 + random.NextInt32(5), classes = 2 + random.NextInt32(3);
            double[] vectors = [.. Enumerable.Range(0, count * width).Select(_ => random.NextNormal())];
            int[] labels = [.. Enumerable.Range(0, count).Select(i => i < classes ? i : random.NextInt32(classes))];
            var options = new LogisticOptions { DataWeight = 0.1 + random.NextDouble(), Balanced = random.NextInt32(2) == 0 };
            var fitted = LogisticRegression.Fit(vectors, width, labels, options);
            var objective = new LogisticObjective(vectors, width, labels, options);
            double[] parameters = [.. fitted.Coefficients, .. fitted.Intercepts];
            var gradient = new double[parameters.Length];
            Assert.Equal(fitted.Objective, objective.Evaluate(parameters, gradient), 1e-9);
            Assert.All(gradient, slope => Assert.InRange(slope, -1e-7, 1e-7));

            // A convex function is nowhere lower, and its gradient is the slope of its values.
            for (var p = 0; p < parameters.Length; p++)
            {
                var moved = (double[])parameters.Clone();
                moved[p] += 0.1;
                var ahead = new double[gradient.Length];
                var value = objective.Evaluate(moved, ahead);
                Assert.True(value >= fitted.Objective - 1e-12);
                moved[p] += 1e-5;
                var up = objective.Evaluate(moved, gradient);
                moved[p] -= 2e-5;
                Assert.Equal((up - objective.Evaluate(moved, gradient)) / 2e-5, ahead[p], 1e-6 * Math.Max(1, Math.Abs(ahead[p])));
            }

            Assert.Equal(1, fitted.Probabilities(vectors.AsSpan(0, width)).Sum(), 1e-12);
        },
        count: 25);

    [Fact]
    public void MistakesAreNamed()
    {
        Assert.Contains("1 classes", Assert.Throws<FathomException>(() => LogisticRegression.Fit([1, 2], 1, [0, 0])).Message, StringComparison.Ordinal);
        Assert.Contains("without a sample", Assert.Throws<FathomException>(() => LogisticRegression.Fit([1, 2], 1, [0, 2])).Message, StringComparison.Ordinal);
        Assert.Contains("sample 1", Assert.Throws<FathomException>(() => LogisticRegression.Fit([1, double.NaN], 1, [0, 1])).Message, StringComparison.Ordinal);
        Assert.Throws<FathomException>(() => LogisticRegression.Fit([1, 2], 1, [0, 1], new LogisticOptions { DataWeight = 0 }));
        Assert.Contains("steps", Assert.Throws<FathomException>(() => LogisticRegression.Fit([1, 2, 3], 1, [0, 1, 0], new LogisticOptions { MaxSteps = 1 })).Message, StringComparison.Ordinal);
    }
}
