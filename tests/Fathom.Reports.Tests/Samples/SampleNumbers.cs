namespace Fathom.Reports.Tests.Samples;

/// <summary>Made-up numbers, the same every time.</summary>
internal sealed class SampleNumbers(int seed)
{
    private readonly Random _random = new(seed);

    public double Uniform() => _random.NextDouble();

    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    public double[] LogNormal(int count, double centre, double spread) =>
        [.. Enumerable.Range(0, count).Select(_ => Math.Exp(centre + (spread * Normal())))];
}
