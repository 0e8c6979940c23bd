using Fathom.Models.Positions;

namespace Fathom.Models.Architectures;

/// <summary>
/// GGUF files hold Llama 3's rotary scaling as divisors of the frequencies; config.json says the numbers they come from. All models of
/// that family have the same two limits and an original length that is a power of two, so the numbers are found by trying.
/// </summary>
internal static class Llama3Divisors
{
    private const double LowFrequencyFactor = 1, HighFrequencyFactor = 4;

    // Divisors are rounded to single precision once or twice on the way.
    private const float Tolerance = 1e-5f;

    /// <summary>The divisors of a scaling.</summary>
    public static float[] Of(RopeConfig rope)
    {
        var plain = RopeFrequencies.Compute(rope with { Kind = RopeKind.Default, Divisors = null }, rope.MaxPositions);
        var scaled = RopeFrequencies.Compute(rope, rope.MaxPositions);
        return [.. plain.Zip(scaled, (before, after) => before / after)];
    }

    /// <summary>The scaling that has these divisors, or null where none is found.</summary>
    public static RopeConfig? Explain(RopeConfig rope)
    {
        if (rope.Kind != RopeKind.Default || rope.Divisors is not { Count: > 0 } divisors) return null;
        var factor = (double)divisors.Max();
        if (Math.Abs(factor - Math.Round(factor)) < Tolerance * factor) factor = Math.Round(factor);
        if (factor <= 1) return null;
        for (var original = 1 << 20; original >= 16; original /= 2)
        {
            var guess = rope with { Divisors = null, Kind = RopeKind.Llama3, Factor = factor, LowFrequencyFactor = LowFrequencyFactor, HighFrequencyFactor = HighFrequencyFactor, OriginalMaxPositions = original };
            if (Of(guess).Zip(divisors).All(pair => Math.Abs(pair.First - pair.Second) <= Tolerance * pair.Second)) return guess;
        }

        return null;
    }
}
