namespace Fathom.Insight.Detection;

/// <summary>A TV score with what it is made of.</summary>
/// <param name="Score">Mean absolute change of the layer distances: higher = more out of distribution.</param>
/// <param name="FirstLayer">Entry of the first distance.</param>
/// <param name="Distances">f of entries <paramref name="FirstLayer"/>, +1, …</param>
public sealed record TvTrace(double Score, int FirstLayer, IReadOnlyList<double> Distances)
{
    /// <summary>Absolute changes |f_l - f_(l-1)| for l = <see cref="FirstLayer"/> + 1, …; their mean is the score before rounding.</summary>
    public IReadOnlyList<double> Changes { get; } = [.. Distances.Skip(1).Select((distance, i) => Math.Abs(distance - Distances[i]))];
}
