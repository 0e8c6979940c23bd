using Fathom.Models.Positions;

namespace Fathom.Models.Architectures;

/// <summary>Reads rotary positions from GGUF metadata (keys <c>rope.*</c> of the architecture).</summary>
internal static class GgufRope
{
    /// <summary>Keys that <see cref="Read"/> understands.</summary>
    public static readonly IReadOnlySet<string> Keys = new HashSet<string>
    {
        "rope.freq_base", "rope.dimension_count", "rope.scaling.type", "rope.scaling.factor", "rope.scaling.original_context_length",
        "rope.scaling.finetuned", "rope.scaling.attn_factor", "rope.scaling.yarn_beta_fast", "rope.scaling.yarn_beta_slow", "rope.scale_linear",
    };

    /// <summary>Reads the frequencies' base and scaling; Llama 3's scaling comes as a tensor of divisors instead.</summary>
    public static RopeConfig Read(GgufConfig config, int headDim, int maxPositions, bool partial = false)
    {
        var rotaryDim = config.Int32("rope.dimension_count", 2, headDim);
        if (partial ? rotaryDim % 2 != 0 || rotaryDim > headDim : rotaryDim != headDim) throw config.Wrong("rope.dimension_count", $"is {rotaryDim}, but heads have {headDim} numbers and partly rotated heads are not supported in this family");
        var plain = new RopeConfig { RotaryDim = rotaryDim, MaxPositions = maxPositions, Theta = config.Positive("rope.freq_base", 10000), AttentionFactor = config.Positive("rope.scaling.attn_factor", 1), Divisors = Divisors(config, rotaryDim / 2) };
        if (partial && Divisors(config, rotaryDim / 2, GgufTensorNames.LongDivisors) is { } longer)
        {
            var original = config.Int32("rope.scaling.original_context_length", 1, maxPositions);
            return plain with
            {
                Kind = RopeKind.LongRope,
                OriginalMaxPositions = original,
                LongFactors = longer,
                ShortFactors = Divisors(config, rotaryDim / 2, GgufTensorNames.ShortDivisors) ?? throw new FathomException($"{config.Location}: has {GgufTensorNames.LongDivisors} but not {GgufTensorNames.ShortDivisors}; download the file again"),
                AttentionFactor = config.Positive("rope.scaling.attn_factor", RopeConfig.LongAttentionFactor((double)maxPositions / original, original)),
            };
        }

        var factor = config.Positive("rope.scaling.factor", config.Positive("rope.scale_linear", 1));
        return config.String("rope.scaling.type", config.Has("rope.scale_linear") ? "linear" : "none") switch
        {
            "none" => plain,
            "linear" => factor == 1 ? plain : plain with { Kind = RopeKind.Linear, Factor = factor },
            "yarn" => plain with
            {
                Kind = RopeKind.Yarn,
                Factor = factor,
                OriginalMaxPositions = config.Int32("rope.scaling.original_context_length", 1, maxPositions),
                AttentionFactor = config.Positive("rope.scaling.attn_factor", 1) * RopeConfig.YarnAttentionFactor(factor),
                BetaFast = config.Positive("rope.scaling.yarn_beta_fast", 32),
                BetaSlow = config.Positive("rope.scaling.yarn_beta_slow", 1),
            },
            var other => throw config.Wrong("rope.scaling.type", $"is '{ConfigText.Printable(other ?? "")}', supported are none, linear, yarn"),
        };
    }

    private static float[]? Divisors(GgufConfig config, int count, string name = GgufTensorNames.RopeDivisors)
    {
        if (!config.File.TryGetTensor(name, out var tensor)) return null;
        if (tensor.ElementCount != count) throw new FathomException($"{config.Location}: tensor '{tensor.Name}' has {tensor.ElementCount} values, expected {count}");
        var divisors = new float[count];
        WeightValues.Decode(tensor, divisors);
        return Array.TrueForAll(divisors, value => float.IsFinite(value) && value > 0)
            ? divisors
            : throw new FathomException($"{config.Location}: tensor '{tensor.Name}' has values that are not positive numbers; download the file again");
    }
}
