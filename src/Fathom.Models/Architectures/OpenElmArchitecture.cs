using Fathom.Models.Positions;

namespace Fathom.Models.Architectures;

/// <summary>
/// OpenELM (arXiv 2404.14619): Llama's blocks with norms of queries and keys, projections that lie together, and layers that grow from the
/// first to the last: heads and feed-forwards by multipliers of the width.
/// </summary>
internal sealed class OpenElmArchitecture : IArchitecture
{
    // The configuration has no key for it.
    private const float NormEpsilon = 1e-6f;

    private static readonly TensorNames Names = new()
    {
        Embedding = "transformer.token_embeddings",
        Layer = "transformer.layers.",
        FinalNorm = "transformer.norm",
        AttentionNorm = "attn_norm",
        FeedForwardNorm = "ffn_norm",
        QueryKeyValue = "attn.qkv_proj",
        Output = "attn.out_proj",
        QueryNorm = "attn.q_norm",
        KeyNorm = "attn.k_norm",
        Up = "ffn.proj_1",
        GateUp = "ffn.proj_1",
        Down = "ffn.proj_2",
    };

    /// <inheritdoc/>
    public IReadOnlyList<string> HuggingFaceTypes { get; } = ["openelm"];

    /// <inheritdoc/>
    public IReadOnlyList<string> GgufTypes { get; } = [];

    /// <inheritdoc/>
    public DecoderConfig Read(HuggingFaceConfig config)
    {
        LlamaConfigReader.RefuseQuantised(config);
        if (config.String("normalization_layer_name", "rms_norm") != "rms_norm") throw config.Unsupported("normalization_layer_name", "rms_norm");
        var (width, headDim, group) = (config.Int32("model_dim"), config.Int32("head_dim", 2), config.Int32("num_gqa_groups", 1, 1));
        if (headDim % 2 != 0) throw config.Wrong("head_dim", $"is {headDim}, rotary positions need an even number");
        var layers = LlamaConfigReader.Layers(config, "num_transformer_layers");
        var positions = config.Int32("max_context_length", 1, 2048);
        var rope = new RopeConfig { RotaryDim = headDim, MaxPositions = positions, Theta = config.Positive("rope_freq_constant", 10000) };
        var sizes = Sizes(config, layers, width, headDim, group);
        return new DecoderConfig
        {
            Family = "openelm",
            Names = Names,
            Fused = FusedLayout.Stacked,
            Width = width,
            Layers = layers,
            Heads = sizes.Max(size => size.Heads),
            KeyValueHeads = sizes.Max(size => size.KeyValueHeads),
            HeadDim = headDim,
            FeedForwardWidth = sizes.Max(size => size.FeedForwardWidth),
            Sizes = sizes,
            Vocabulary = config.Int32("vocab_size"),
            NormEpsilon = NormEpsilon,
            QueryKeyNorm = config.Boolean("normalize_qk_projections", false) ? QueryKeyNorm.EveryHead : QueryKeyNorm.None,
            ContextLength = positions,
            Rope = rope,
            TiedHead = config.Boolean("share_input_output_layers", false),
            GatedFeedForward = config.Boolean("ffn_with_glu", false),
            Activation = Activations.Read(config, "activation_fn_name", "swish"),
            Windows = new int[layers],
            EndTokens = config.Ids("eos_token_id"),
            Labels = ClassLabels.Read(config),
        };
    }

    /// <inheritdoc/>
    public DecoderConfig Read(GgufConfig config) => throw new FathomException($"{config.Location}: GGUF files of this family are not read yet; use the model's original files");

    private static LayerSizes[] Sizes(HuggingFaceConfig config, int layers, int width, int headDim, int group)
    {
        var (heads, feedForwards) = (Multipliers(config, "qkv_multipliers", layers), Multipliers(config, "ffn_multipliers", layers));
        var divisor = config.Int32("ffn_dim_divisor", 1, 256);
        var sizes = new LayerSizes[layers];
        for (var layer = 0; layer < layers; layer++)
        {
            var queries = Divisible(width * heads[layer], checked(headDim * group)) / headDim;
            sizes[layer] = new LayerSizes(queries, queries / group, Divisible(feedForwards[layer] * width, divisor));
        }

        return sizes;
    }

    // One number for all layers, the first and the last layer's, or one a layer.
    private static double[] Multipliers(HuggingFaceConfig config, string key, int layers)
    {
        var said = config.IsNumber(key) ? [config.Positive(key)] : config.Doubles(key);
        if (said.Length == 0 || Array.Exists(said, number => number is <= 0 or > 1000)) throw config.Wrong(key, "must be numbers above 0: one, two or as many as layers");
        if (said.Length == 1) return [.. Enumerable.Repeat(said[0], layers)];
        if (said.Length == layers && layers != 2) return said;
        if (said.Length != 2) throw config.Wrong(key, $"has {said.Length} numbers, expected one, two or {layers}");
        var step = layers == 1 ? 0 : (said[1] - said[0]) / (layers - 1);
        return [.. Enumerable.Range(0, layers).Select(layer => Math.Round(layer == layers - 1 && layers > 1 ? said[1] : said[0] + layer * step, 2, MidpointRounding.ToEven))];
    }

    // The nearest multiple, and the one above where that loses more than a tenth.
    private static int Divisible(double value, int divisor)
    {
        var nearest = Math.Max(divisor, checked((int)((value + divisor / 2) / divisor)) * divisor);
        return nearest < 0.9 * value ? nearest + divisor : nearest;
    }
}
