using Fathom.Formats;
using Fathom.Models.Architectures;
using Fathom.Models.Positions;
using Fathom.Tensors;
using Fathom.Tensors.Autograd;

namespace Fathom.Models.Conversion;

/// <summary>A decoder's shape as llama.cpp's keys say it.</summary>
internal static class GgufModelMetadata
{
    // What llama.cpp assumes in every architecture that this writes; it does not look at the keys there.
    private const double BetaFast = 32, BetaSlow = 1;

    /// <summary>The metadata, tokenizer apart.</summary>
    public static GgufMetadataBuilder Of(GgufFamily family, DecoderConfig config, string name)
    {
        var architecture = family.Rules.Architecture;
        var metadata = new GgufMetadataBuilder().Add("general.architecture", architecture).Add("general.type", "model").Add("general.name", name);
        void Number(string key, long value) => metadata.Add($"{architecture}.{key}", value);
        void PerLayer(string key, Func<LayerSizes, int> value)
        {
            if (config.Sizes.Count == 0) Number(key, value(config.SizesOf(0)));
            else metadata.Add($"{architecture}.{key}", config.Sizes.Select(value).ToArray().AsSpan());
        }

        Number("block_count", config.Layers);
        Number("context_length", config.Rope.MaxPositions);
        Number("embedding_length", config.Width);
        PerLayer("feed_forward_length", sizes => sizes.FeedForwardWidth);
        PerLayer("attention.head_count", sizes => sizes.Heads);
        PerLayer("attention.head_count_kv", sizes => sizes.KeyValueHeads);
        Number("attention.key_length", config.HeadDim);
        Number("attention.value_length", config.HeadDim);
        metadata.Add($"{architecture}.{(config.Norm == NormKind.Rms ? "attention.layer_norm_rms_epsilon" : "attention.layer_norm_epsilon")}", config.NormEpsilon);
        Number("vocab_size", config.Vocabulary);
        AddWindows(metadata, family, config);
        if (config.Positions == PositionKind.Rotary) AddRope(metadata, architecture, config);
        if (!config.GatedFeedForward) metadata.Add(GgufConfig.ActivationKey, config.Activation == Activation.Gelu ? "gelu" : "gelu_tanh");
        family.Add(metadata, config);
        return metadata;
    }

    /// <summary>llama.cpp's number for a file of mostly this type, or null where it has none.</summary>
    public static int? FileType(DType type) => type switch
    {
        DType.F32 => 0,
        DType.F16 => 1,
        DType.Q4_0 => 2,
        DType.Q4_1 => 3,
        DType.Q8_0 => 7,
        DType.BF16 => 32,
        _ => null,
    };

    /// <summary>Whether YaRN's limits are those that llama.cpp takes.</summary>
    public static bool IsPlainYarn(RopeConfig rope) => rope.Truncate && rope.BetaFast == BetaFast && rope.BetaSlow == BetaSlow;

    /// <summary>The tensors of divisors of the rotary frequencies that a model needs; none for most.</summary>
    public static IEnumerable<OwnedTensor> RopeTensors(DecoderConfig config)
    {
        var rope = config.Rope;
        if (config.Positions != PositionKind.Rotary) yield break;
        if (rope.Divisors is not null || rope.Kind == RopeKind.Llama3 || (rope.Kind == RopeKind.Yarn && !IsPlainYarn(rope)))
        {
            var divisors = rope.Divisors is { } listed ? [.. listed] : Llama3Divisors.Of(rope);
            yield return new OwnedTensor(GgufTensorNames.RopeDivisors, divisors, [divisors.Length]);
        }

        if (rope.Kind != RopeKind.LongRope) yield break;
        yield return new OwnedTensor(GgufTensorNames.LongDivisors, [.. rope.LongFactors!], [rope.LongFactors!.Count]);
        yield return new OwnedTensor(GgufTensorNames.ShortDivisors, [.. rope.ShortFactors!], [rope.ShortFactors!.Count]);
    }

    // One length for all windows; which layers see it only where llama.cpp would think otherwise.
    private static void AddWindows(GgufMetadataBuilder metadata, GgufFamily family, DecoderConfig config)
    {
        var lengths = config.Windows.Where(window => window > 0).Distinct().ToArray();
        if (lengths.Length == 0) return;
        if (lengths.Length > 1) throw new FathomException("its layers see windows of several lengths, which GGUF has no words for");
        metadata.Add($"{family.Rules.Architecture}.attention.sliding_window", lengths[0]);
        var sees = config.Windows.Select(window => window > 0).ToArray();
        if (!sees.SequenceEqual(Enumerable.Range(0, config.Layers).Select(family.SeesWindow))) metadata.Add($"{family.Rules.Architecture}.attention.sliding_window_pattern", sees.AsSpan());
    }

    private static void AddRope(GgufMetadataBuilder metadata, string architecture, DecoderConfig config)
    {
        var rope = config.Rope;
        if ((float)rope.Theta != rope.Theta) throw new FathomException($"rope_theta {rope.Theta} has more digits than GGUF's single precision holds");
        void Number(string key, double value) => metadata.Add($"{architecture}.rope.{key}", (float)value);
        metadata.Add($"{architecture}.rope.dimension_count", rope.RotaryDim);
        Number("freq_base", rope.Theta);
        switch (rope.Kind)
        {
            case RopeKind.Linear:
                metadata.Add($"{architecture}.rope.scaling.type", "linear");
                Number("scaling.factor", rope.Factor);
                break;
            case RopeKind.Yarn when IsPlainYarn(rope):
                metadata.Add($"{architecture}.rope.scaling.type", "yarn").Add($"{architecture}.rope.scaling.original_context_length", rope.OriginalMaxPositions);
                Number("scaling.factor", rope.Factor);
                Number("scaling.attn_factor", rope.AttentionFactor / RopeConfig.YarnAttentionFactor(rope.Factor));
                break;
            case RopeKind.LongRope:
                metadata.Add($"{architecture}.rope.scaling.original_context_length", rope.OriginalMaxPositions);
                Number("scaling.attn_factor", rope.AttentionFactor);
                break;
            default:
                if (rope.AttentionFactor != 1) Number("scaling.attn_factor", rope.AttentionFactor);
                break;
        }
    }
}
