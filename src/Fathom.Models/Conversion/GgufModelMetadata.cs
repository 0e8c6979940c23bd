using Fathom.Formats;
using Fathom.Models.Architectures;
using Fathom.Models.Positions;
using Fathom.Tensors;

namespace Fathom.Models.Conversion;

/// <summary>A decoder's shape as llama.cpp's keys say it.</summary>
internal static class GgufModelMetadata
{
    /// <summary>The metadata, tokenizer apart.</summary>
    /// <exception cref="FathomException">The family or a setting has no words in GGUF that llama.cpp would understand alike.</exception>
    public static GgufMetadataBuilder Of(DecoderConfig config, string folder)
    {
        if (config.IsClassifier) throw new FathomException($"{folder}: is a classifier, which GGUF files of this kind do not hold; convert the language model it was made from");
        var architecture = Architecture(config, folder);
        var windows = config.Windows.Distinct().ToArray();
        if (windows.Length > 1) throw new FathomException($"{folder}: its layers see windows of different lengths, which GGUF has no words for in this family");
        var metadata = new GgufMetadataBuilder()
            .Add("general.architecture", architecture)
            .Add("general.type", "model")
            .Add("general.name", Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))));
        void Number(string key, long value) => metadata.Add($"{architecture}.{key}", value);
        Number("block_count", config.Layers);
        Number("context_length", config.Rope.MaxPositions);
        Number("embedding_length", config.Width);
        Number("feed_forward_length", config.FeedForwardWidth);
        Number("attention.head_count", config.Heads);
        Number("attention.head_count_kv", config.KeyValueHeads);
        Number("attention.key_length", config.HeadDim);
        Number("attention.value_length", config.HeadDim);
        metadata.Add($"{architecture}.attention.layer_norm_rms_epsilon", config.NormEpsilon);
        Number("vocab_size", config.Vocabulary);
        Number("rope.dimension_count", config.Rope.RotaryDim);
        if (windows is [> 0]) Number("attention.sliding_window", windows[0]);
        AddRope(metadata, architecture, config, folder);
        return metadata;
    }

    /// <summary>Whether llama.cpp holds the rows of queries and keys of this family interleaved.</summary>
    public static bool IsInterleaved(DecoderConfig config) => config.Family is "llama" or "mistral";

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

    /// <summary>Llama 3's scaling as the divisors of the frequencies that llama.cpp wants; null for other kinds.</summary>
    public static OwnedTensor? RopeDivisors(DecoderConfig config)
    {
        if (config.Rope.Divisors is { } listed) return new OwnedTensor(GgufTensorNames.RopeDivisors, [.. listed], [listed.Count]);
        if (config.Rope.Kind != RopeKind.Llama3) return null;
        var plain = RopeFrequencies.Compute(config.Rope with { Kind = RopeKind.Default }, config.Rope.MaxPositions);
        var scaled = RopeFrequencies.Compute(config.Rope, config.Rope.MaxPositions);
        var divisors = new float[plain.Length];
        for (var i = 0; i < plain.Length; i++) divisors[i] = plain[i] / scaled[i];
        return new OwnedTensor(GgufTensorNames.RopeDivisors, divisors, [divisors.Length]);
    }

    private static string Architecture(DecoderConfig config, string folder) => config.Family switch
    {
        "llama" or "mistral" when config.IsLlamaForm => "llama",
        "qwen2" => "qwen2",
        "qwen3" when !config.AttentionBias => "qwen3",
        _ => throw new FathomException($"{folder}: a {config.Family} model of this form is not written to GGUF yet; llama, mistral, qwen2 and qwen3 are"),
    };

    private static void AddRope(GgufMetadataBuilder metadata, string architecture, DecoderConfig config, string folder)
    {
        var rope = config.Rope;
        if (rope.RotaryDim != config.HeadDim) throw new FathomException($"{folder}: heads that are rotated in part only are not written to GGUF in this family");
        if ((float)rope.Theta != rope.Theta) throw new FathomException($"{folder}: rope_theta {rope.Theta} has more digits than GGUF's single precision holds");
        metadata.Add($"{architecture}.rope.freq_base", (float)rope.Theta);
        switch (rope.Kind)
        {
            case RopeKind.Default or RopeKind.Llama3:
                break;
            case RopeKind.Linear:
                metadata.Add($"{architecture}.rope.scaling.type", "linear").Add($"{architecture}.rope.scaling.factor", (float)rope.Factor);
                break;
            case RopeKind.Yarn when rope.Truncate:
                metadata.Add($"{architecture}.rope.scaling.type", "yarn").Add($"{architecture}.rope.scaling.factor", (float)rope.Factor)
                    .Add($"{architecture}.rope.scaling.original_context_length", rope.OriginalMaxPositions)
                    .Add($"{architecture}.rope.scaling.attn_factor", (float)(rope.AttentionFactor / RopeConfig.YarnAttentionFactor(rope.Factor)))
                    .Add($"{architecture}.rope.scaling.yarn_beta_fast", (float)rope.BetaFast).Add($"{architecture}.rope.scaling.yarn_beta_slow", (float)rope.BetaSlow);
                break;
            default:
                throw new FathomException($"{folder}: rotary scaling of kind {rope.Kind} is not written to GGUF: llama.cpp has nothing that gives the same numbers");
        }
    }
}
