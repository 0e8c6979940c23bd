using System.Numerics;
using System.Text.Json.Nodes;
using Fathom.Models.Positions;
using Fathom.Tensors.Autograd;

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

    // llama.cpp keeps gate and up apart.
    private static readonly TensorNames InGguf = Names with { Gate = "ffn.proj_1.gate", Up = "ffn.proj_1.up", GateUp = "" };

    /// <inheritdoc/>
    public IReadOnlyList<string> HuggingFaceTypes { get; } = ["openelm"];

    /// <inheritdoc/>
    public IReadOnlyList<string> GgufTypes { get; } = ["openelm"];

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
    public DecoderConfig Read(GgufConfig config)
    {
        GgufKeys.RefuseUnknown(config);
        var (width, headDim, layers, positions) = (config.Int32("embedding_length"), config.Int32("attention.key_length", 2), config.Int32("block_count"), config.Int32("context_length"));
        if (layers > LlamaConfigReader.MostLayers) throw config.Wrong("block_count", $"is {layers}, more than the {LlamaConfigReader.MostLayers} that any model has");
        if (headDim % 2 != 0) throw config.Wrong("attention.key_length", $"is {headDim}, rotary positions need an even number");
        if (config.Int32("attention.value_length", 1, headDim) != headDim) throw config.Wrong("attention.value_length", $"differs from the key length {headDim}, which is not supported");
        var (heads, groups, feedForwards) = (config.PerLayer("attention.head_count", layers), config.PerLayer("attention.head_count_kv", layers), config.PerLayer("feed_forward_length", layers));
        if (heads.Zip(groups).Any(pair => pair.First % pair.Second != 0)) throw config.Wrong("attention.head_count", "has a number that is no multiple of that in attention.head_count_kv");
        return new DecoderConfig
        {
            Family = "openelm",
            Names = InGguf,
            Fused = FusedLayout.Stacked,
            Width = width,
            Layers = layers,
            Heads = heads.Max(),
            KeyValueHeads = groups.Max(),
            HeadDim = headDim,
            FeedForwardWidth = feedForwards.Max(),
            Sizes = [.. Enumerable.Range(0, layers).Select(layer => new LayerSizes(heads[layer], groups[layer], feedForwards[layer]))],
            Vocabulary = config.Int32("vocab_size", 1, config.Tokens),
            NormEpsilon = (float)config.Positive("attention.layer_norm_rms_epsilon"),
            QueryKeyNorm = config.File.TryGetTensor("blk.0.attn_q_norm.weight", out _) ? QueryKeyNorm.EveryHead : QueryKeyNorm.None,
            ContextLength = positions,
            Rope = GgufRope.Read(config, headDim, positions),
            TiedHead = !config.File.TryGetTensor("output.weight", out _),
            Windows = new int[layers],
            EndTokens = LlamaConfigReader.EndTokens(config),
        };
    }

    /// <inheritdoc/>
    public void Write(DecoderConfig config, JsonObject root)
    {
        var divisor = config.Sizes.Aggregate(0, (divisor, size) => (int)BigInteger.GreatestCommonDivisor(divisor, size.FeedForwardWidth));
        var group = config.Heads / config.KeyValueHeads;

        // Where the common divisor is 1, readers round down: a quarter more keeps them from losing one.
        var more = divisor == 1 ? 0.25 : 0;
        ConfigJson.Begin(root, "openelm", "OpenELMForCausalLM");
        root["model_dim"] = config.Width;
        root["head_dim"] = config.HeadDim;
        root["num_transformer_layers"] = config.Layers;
        root["num_gqa_groups"] = group;
        root["num_query_heads"] = new JsonArray([.. config.Sizes.Select(size => JsonValue.Create(size.Heads))]);
        root["num_kv_heads"] = new JsonArray([.. config.Sizes.Select(size => JsonValue.Create(size.KeyValueHeads))]);
        root["qkv_multipliers"] = new JsonArray([.. config.Sizes.Select(size => JsonValue.Create((double)size.Heads * config.HeadDim / config.Width))]);
        root["ffn_multipliers"] = new JsonArray([.. config.Sizes.Select(size => JsonValue.Create((size.FeedForwardWidth + more) / config.Width))]);
        root["ffn_dim_divisor"] = divisor;
        root["ffn_with_glu"] = config.GatedFeedForward;
        root["activation_fn_name"] = config.Activation == Activation.Silu ? "swish" : throw new FathomException($"an OpenELM model with the activation {config.Activation} cannot be written as config.json");
        root["normalization_layer_name"] = "rms_norm";
        root["normalize_qk_projections"] = config.QueryKeyNorm == QueryKeyNorm.EveryHead;
        root["share_input_output_layers"] = config.TiedHead;
        root["vocab_size"] = config.Vocabulary;
        root["max_context_length"] = config.ContextLength;
        root["rope_freq_constant"] = config.Rope.Theta;
    }

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
