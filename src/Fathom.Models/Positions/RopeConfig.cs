namespace Fathom.Models.Positions;

/// <summary>Everything a model's files say about its rotary positions.</summary>
public sealed record RopeConfig
{
    /// <summary>How the frequencies are made.</summary>
    public RopeKind Kind { get; init; }

    /// <summary>The base (<c>rope_theta</c>).</summary>
    public double Theta { get; init; } = 10000;

    /// <summary>How many numbers of each head are rotated; even.</summary>
    public required int RotaryDim { get; init; }

    /// <summary>The model's length in positions (<c>max_position_embeddings</c>), which dynamic scaling starts from.</summary>
    public required int MaxPositions { get; init; }

    /// <summary>By how much positions are stretched.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>Length the model was first trained on (<c>original_max_position_embeddings</c>); YaRN and Llama 3.</summary>
    public int OriginalMaxPositions { get; init; }

    /// <summary>Llama 3: wavelengths above the original length over this are divided.</summary>
    public double LowFrequencyFactor { get; init; } = 1;

    /// <summary>Llama 3: wavelengths below the original length over this are kept.</summary>
    public double HighFrequencyFactor { get; init; } = 4;

    /// <summary>YaRN: rotations over the original length above which a frequency is kept.</summary>
    public double BetaFast { get; init; } = 32;

    /// <summary>YaRN: rotations over the original length below which a frequency is divided.</summary>
    public double BetaSlow { get; init; } = 1;

    /// <summary>YaRN: whether the ends of the ramp are rounded outwards to whole dimensions.</summary>
    public bool Truncate { get; init; } = true;

    /// <summary>Factor on cos and sin.</summary>
    public double AttentionFactor { get; init; } = 1;

    /// <summary>LongRoPE: divisors for sequences of at most <see cref="OriginalMaxPositions"/>, <c>[RotaryDim / 2]</c>.</summary>
    public IReadOnlyList<float>? ShortFactors { get; init; }

    /// <summary>LongRoPE: divisors for longer ones, <c>[RotaryDim / 2]</c>.</summary>
    public IReadOnlyList<float>? LongFactors { get; init; }

    /// <summary>The longest sequence that has the frequencies of a short one.</summary>
    internal int MostWithPlainFrequencies => Kind switch { RopeKind.Dynamic => MaxPositions, RopeKind.LongRope => OriginalMaxPositions, _ => int.MaxValue };

    /// <summary>Divisor of each frequency, where the file lists them (GGUF's <c>rope_freqs</c>); <c>[RotaryDim / 2]</c>.</summary>
    public IReadOnlyList<float>? Divisors { get; init; }

    /// <summary>LongRoPE's default factor on cos and sin: sqrt(1 + ln(factor) / ln(original)), and 1 for a factor of at most 1.</summary>
    public static double LongAttentionFactor(double factor, int originalMaxPositions) =>
        factor <= 1 || originalMaxPositions <= 1 ? 1 : Math.Sqrt(1 + Elementary.Log(factor) / Elementary.Log(originalMaxPositions));

    /// <summary>YaRN's default factor on cos and sin: 0.1 scale ln(factor) + 1, and 1 for a factor of at most 1.</summary>
    public static double YarnAttentionFactor(double factor, double scale = 1) => factor <= 1 ? 1 : 0.1 * scale * Elementary.Log(factor) + 1;
}
