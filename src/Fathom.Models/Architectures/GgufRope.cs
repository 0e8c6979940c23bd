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
    public static RopeConfig Read(GgufConfig config, int headDim, int maxPositions)
    {
        var rotaryDim = config.Int32("rope.dimension_count", 2, headDim);
        if (rotaryDim != headDim) throw config.Wrong("rope.dimension_count", $"is {rotaryDim}, but heads have {headDim} numbers and partly rotated heads are not supported in this family");
        var plain = new RopeConfig { RotaryDim = rotaryDim, MaxPositions = maxPositions, Theta = config.Positive("rope.freq_base", 10000), Divisors = Divisors(config, rotaryDim / 2) };
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

    private static float[]? Divisors(GgufConfig config, int count)
    {
        if (!config.File.TryGetTensor(GgufTensorNames.RopeDivisors, out var tensor)) return null;
        if (tensor.ElementCount != count) throw new FathomException($"{config.Location}: tensor '{tensor.Name}' has {tensor.ElementCount} values, expected {count}");
        var divisors = new float[count];
        WeightValues.Decode(tensor, divisors);
        return Array.TrueForAll(divisors, value => float.IsFinite(value) && value > 0)
            ? divisors
            : throw new FathomException($"{config.Location}: tensor '{tensor.Name}' has values that are not positive numbers; download the file again");
    }
}
