using Fathom.Models.Positions;

namespace Fathom.Models.Architectures;

/// <summary>
/// Reads rotary positions from config.json: <c>rope_parameters</c> as transformers 5 writes it, or <c>rope_theta</c> with
/// <c>rope_scaling</c> (its type under <c>rope_type</c> or, older, <c>type</c>) as files on the hub have it.
/// </summary>
internal static class HuggingFaceRope
{
    private static readonly HashSet<string> Known =
    [
        "rope_type", "type", "rope_theta", "factor", "original_max_position_embeddings", "low_freq_factor", "high_freq_factor",
        "attention_factor", "beta_fast", "beta_slow", "mscale", "mscale_all_dim", "truncate", "partial_rotary_factor", "finetuned",
        "short_factor", "long_factor",
    ];

    /// <summary>Reads what concerns all layers alike.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="headDim">Numbers in a head.</param>
    /// <param name="maxPositions">Positions the model is meant for.</param>
    /// <param name="defaultTheta">The base where the file does not say.</param>
    /// <param name="share">The share of each head that is turned where the file does not say; null in families that turn whole heads.</param>
    public static RopeConfig Read(HuggingFaceConfig config, int headDim, int maxPositions, double defaultTheta = 10000, double? share = null)
    {
        // Where a file has both, the reference takes the older key.
        var section = config.IsNeutral("rope_scaling") ? config.Section("rope_parameters") : config.Section("rope_scaling");
        var theta = config.Positive("rope_theta", config.Positive("rotary_emb_base", defaultTheta));
        return Read(config, section, headDim, maxPositions, theta, share);
    }

    /// <summary>Reads one section of rope parameters, or what is outside of any where it is null.</summary>
    public static RopeConfig Read(HuggingFaceConfig config, HuggingFaceConfig? section, int headDim, int maxPositions, double theta, double? share = null)
    {
        var rotaryDim = headDim;
        if (share is not null)
        {
            Agree(config, section, "partial_rotary_factor");
            var said = section?.Has("partial_rotary_factor") == true ? section.Positive("partial_rotary_factor") : config.Positive("partial_rotary_factor", config.Positive("rotary_pct", share));
            rotaryDim = said <= 1 ? (int)(headDim * said) : throw config.Wrong("partial_rotary_factor", $"is {said}, expected a share of at most 1");
            if (rotaryDim is 0 || rotaryDim % 2 != 0) throw config.Wrong("partial_rotary_factor", $"turns {rotaryDim} of {headDim} numbers of a head, expected an even number above 0");
        }

        else if (config.Double("partial_rotary_factor", 1) != 1)
        {
            throw config.Unsupported("partial_rotary_factor", "1 in this family (the whole head rotated)");
        }

        var plain = new RopeConfig { RotaryDim = rotaryDim, MaxPositions = maxPositions, Theta = theta };
        if (section is null) return plain;
        foreach (var key in section.Keys)
        {
            if (!Known.Contains(key)) throw section.Wrong(ConfigText.Printable(key), "is not supported and may change results");
        }

        plain = plain with { Theta = section.Positive("rope_theta", theta) };
        if (share is null && section.Double("partial_rotary_factor", 1) != 1) throw section.Unsupported("partial_rotary_factor", "1 (the whole head rotated)");
        var key2 = section.Has("rope_type") ? "rope_type" : "type";
        return section.String(key2, "default") switch
        {
            "default" => plain,
            "linear" => plain with { Kind = RopeKind.Linear, Factor = section.Positive("factor") },
            "dynamic" => plain with { Kind = RopeKind.Dynamic, Factor = section.Positive("factor") },
            "yarn" => Yarn(config, section, plain),
            "llama3" => Llama3(config, section, plain),
            "longrope" or "su" => Long(config, section, plain),
            _ => throw section.Unsupported(key2, "default, linear, dynamic, yarn, llama3, longrope"),
        };
    }

    /// <summary>Positions the model is meant for, stretching counted.</summary>
    public static int ContextLength(RopeConfig rope)
    {
        var trained = rope.OriginalMaxPositions > 0 ? rope.OriginalMaxPositions : rope.MaxPositions;
        return rope.Kind is RopeKind.Linear or RopeKind.Dynamic or RopeKind.Yarn
            ? (int)Math.Min(int.MaxValue, Math.Max(rope.MaxPositions, Math.Floor(trained * rope.Factor)))
            : rope.MaxPositions;
    }

    // What stands beside the section counts for the reference in some versions, what is in it in others.
    private static void Agree(HuggingFaceConfig config, HuggingFaceConfig? section, string key)
    {
        if (section?.Has(key) == true && config.Has(key) && section.Double(key) != config.Double(key)) throw config.Wrong(key, $"is {config.Double(key)} but {section.Double(key)} among the rope parameters: results depend on which is meant; make them equal");
    }

    private static int? Original(HuggingFaceConfig config, HuggingFaceConfig section, int? otherwise)
    {
        const string key = "original_max_position_embeddings";
        Agree(config, section, key);
        return section.Has(key) ? section.Int32(key) : config.Has(key) ? config.Int32(key) : otherwise;
    }

    private static RopeConfig Yarn(HuggingFaceConfig config, HuggingFaceConfig section, RopeConfig plain)
    {
        var original = Original(config, section, plain.MaxPositions)!.Value;
        var factor = section.Positive("factor", (double)plain.MaxPositions / original);
        var scale = section.Double("mscale", 0);
        var scaleAll = section.Double("mscale_all_dim", 0);
        var byScales = scale != 0 && scaleAll != 0
            ? RopeConfig.YarnAttentionFactor(factor, scale) / RopeConfig.YarnAttentionFactor(factor, scaleAll)
            : RopeConfig.YarnAttentionFactor(factor);
        return plain with
        {
            Kind = RopeKind.Yarn,
            Factor = factor,
            OriginalMaxPositions = original,
            AttentionFactor = section.Positive("attention_factor", byScales),
            BetaFast = section.Positive("beta_fast", 32),
            BetaSlow = section.Positive("beta_slow", 1),
            Truncate = section.Boolean("truncate", true),
        };
    }

    private static RopeConfig Long(HuggingFaceConfig config, HuggingFaceConfig section, RopeConfig plain)
    {
        var original = Original(config, section, plain.MaxPositions)!.Value;
        var factor = section.Positive("factor", (double)plain.MaxPositions / original);
        return plain with
        {
            Kind = RopeKind.LongRope,
            Factor = factor,
            OriginalMaxPositions = original,
            ShortFactors = Factors(section, "short_factor", plain.RotaryDim / 2),
            LongFactors = Factors(section, "long_factor", plain.RotaryDim / 2),
            AttentionFactor = section.Positive("attention_factor", RopeConfig.LongAttentionFactor(factor, original)),
        };
    }

    private static float[] Factors(HuggingFaceConfig section, string key, int count)
    {
        var factors = section.Doubles(key);
        if (factors.Length != count || Array.Exists(factors, factor => factor <= 0)) throw section.Wrong(key, $"has {factors.Length} numbers, expected {count} above 0, one for each turned pair");
        return Array.ConvertAll(factors, factor => (float)factor);
    }

    private static RopeConfig Llama3(HuggingFaceConfig config, HuggingFaceConfig section, RopeConfig plain) => plain with
    {
        Kind = RopeKind.Llama3,
        Factor = section.Positive("factor"),
        LowFrequencyFactor = section.Positive("low_freq_factor"),
        HighFrequencyFactor = section.Positive("high_freq_factor"),
        OriginalMaxPositions = Original(config, section, null) ?? throw section.Wrong("original_max_position_embeddings", "is missing; Llama 3's rope needs it"),
    };
}
