namespace Fathom.Tensors.Tests.Gradients;

/// <summary>Compares a gradient with central differences, in double.</summary>
internal static class FiniteDifferences
{
    private const double Step = 1e-5;

    public static double[] Random(int count, ulong stream, double scale = 1.0)
    {
        var random = new CounterRandom(42, stream);
        return [.. Enumerable.Range(0, count).Select(_ => scale * random.NextNormal())];
    }

    /// <summary>Sum of weights times outputs: turns a vector-valued function into a loss whose output gradient is the weights.</summary>
    public static double Weighted(double[] outputs, double[] weights) => outputs.Zip(weights, (y, w) => y * w).Sum();

    public static void Check(string name, double[] variable, Func<double> loss, double[] gradient)
    {
        for (var i = 0; i < variable.Length; i++)
        {
            var kept = variable[i];
            variable[i] = kept + Step;
            var above = loss();
            variable[i] = kept - Step;
            var below = loss();
            variable[i] = kept;
            var expected = (above - below) / (2 * Step);
            Assert.True(Math.Abs(expected - gradient[i]) <= 1e-7 * Math.Max(1, Math.Abs(expected)), $"{name}[{i}]: {gradient[i]} given, {expected} by differences");
        }
    }
}
