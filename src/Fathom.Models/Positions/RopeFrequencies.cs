namespace Fathom.Models.Positions;

/// <summary>
/// Angles per position of each rotated pair, <c>[RotaryDim / 2]</c>, rounded to fp32 at the same points as transformers rounds
/// them (the power and its reciprocal), since at position 8,000 a unit in the last place of a frequency is seen.
/// </summary>
internal static class RopeFrequencies
{
    /// <summary>The frequencies for a sequence of <paramref name="length"/> positions; only dynamic scaling looks at the length.</summary>
    public static float[] Compute(RopeConfig rope, int length)
    {
        var frequencies = rope.Kind switch
        {
            RopeKind.Default => Plain(rope, rope.Theta),
            RopeKind.Linear => Linear(rope),
            RopeKind.Dynamic => Plain(rope, DynamicBase(rope, length)),
            RopeKind.Yarn => Yarn(rope),
            RopeKind.Llama3 => Llama3(rope),
            RopeKind.LongRope => Long(rope, length > rope.OriginalMaxPositions ? rope.LongFactors! : rope.ShortFactors!),
            _ => throw new ArgumentOutOfRangeException(nameof(rope), rope.Kind, "unknown kind"),
        };
        for (var i = 0; rope.Divisors is not null && i < frequencies.Length; i++) frequencies[i] /= rope.Divisors[i];
        return frequencies;
    }

    private static float[] Plain(RopeConfig rope, double theta)
    {
        var powers = Powers(rope, theta);
        for (var i = 0; i < powers.Length; i++) powers[i] = 1f / powers[i];
        return powers;
    }

    private static float[] Powers(RopeConfig rope, double theta)
    {
        var powers = new float[rope.RotaryDim / 2];
        for (var i = 0; i < powers.Length; i++) powers[i] = (float)Elementary.Pow(theta, 2f * i / rope.RotaryDim);
        return powers;
    }

    private static float[] Linear(RopeConfig rope)
    {
        var frequencies = Plain(rope, rope.Theta);
        for (var i = 0; i < frequencies.Length; i++) frequencies[i] /= (float)rope.Factor;
        return frequencies;
    }

    // base * (factor * length / trained - (factor - 1)) ^ (d / (d - 2)); the plain base up to the trained length.
    private static double DynamicBase(RopeConfig rope, int length)
    {
        if (length <= rope.MaxPositions || rope.RotaryDim <= 2) return rope.Theta;
        var growth = rope.Factor * length / rope.MaxPositions - (rope.Factor - 1);
        return rope.Theta * Elementary.Pow(growth, rope.RotaryDim / (rope.RotaryDim - 2.0));
    }

    private static float[] Yarn(RopeConfig rope)
    {
        var low = CorrectionDimension(rope, rope.BetaFast);
        var high = CorrectionDimension(rope, rope.BetaSlow);
        if (rope.Truncate) (low, high) = (Math.Floor(low), Math.Ceiling(high));
        low = Math.Max(low, 0);
        high = Math.Min(high, rope.RotaryDim - 1);
        if (low == high) high += 0.001;
        var frequencies = Powers(rope, rope.Theta);
        for (var i = 0; i < frequencies.Length; i++)
        {
            var divided = (float)Math.Clamp((i - low) / (high - low), 0, 1);
            var kept = 1f - divided;
            frequencies[i] = 1f / ((float)rope.Factor * frequencies[i]) * (1f - kept) + 1f / frequencies[i] * kept;
        }

        return frequencies;
    }

    // The dimension whose frequency turns this often over the original length.
    private static double CorrectionDimension(RopeConfig rope, double rotations) =>
        rope.RotaryDim * Elementary.Log(rope.OriginalMaxPositions / (rotations * 2 * Math.PI)) / (2 * Elementary.Log(rope.Theta));

    private static float[] Long(RopeConfig rope, IReadOnlyList<float> factors)
    {
        var frequencies = Powers(rope, rope.Theta);
        for (var i = 0; i < frequencies.Length; i++) frequencies[i] = 1f / (factors[i] * frequencies[i]);
        return frequencies;
    }

    private static float[] Llama3(RopeConfig rope)
    {
        var frequencies = Plain(rope, rope.Theta);
        var lowWavelength = rope.OriginalMaxPositions / rope.LowFrequencyFactor;
        var highWavelength = rope.OriginalMaxPositions / rope.HighFrequencyFactor;
        for (var i = 0; i < frequencies.Length; i++)
        {
            var frequency = frequencies[i];
            var wavelength = 2 * Math.PI / frequency;
            if (wavelength > lowWavelength)
            {
                frequencies[i] = frequency / (float)rope.Factor;
            }
            else if (wavelength >= highWavelength)
            {
                var smooth = (rope.OriginalMaxPositions / wavelength - rope.LowFrequencyFactor) / (rope.HighFrequencyFactor - rope.LowFrequencyFactor);
                frequencies[i] = (float)((1 - smooth) * frequency / rope.Factor + smooth * frequency);
            }
        }

        return frequencies;
    }
}
