namespace Fathom.Insight.Diagnosis;

/// <summary>Mean distance between samples of different domains over the mean length of the states.</summary>
/// <param name="Domains">Number of domains.</param>
/// <param name="First">At entry 1.</param>
/// <param name="BeforeLast">At the last entry but one, before the final norm.</param>
/// <param name="Last">At the last entry.</param>
public readonly record struct EndpointResult(int Domains, double First, double BeforeLast, double Last)
{
    /// <summary><see cref="Last"/> / <see cref="First"/>: below 1 = the endpoints converge.</summary>
    public double Ratio => Last / First;

    /// <summary>The same before the final norm.</summary>
    public double RatioBeforeLast => BeforeLast / First;
}
