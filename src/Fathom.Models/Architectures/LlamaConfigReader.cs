using Fathom.Tensors.Autograd;

namespace Fathom.Models.Architectures;

/// <summary>Reads the keys that Llama and the families in its form share.</summary>
internal static class LlamaConfigReader
{
    /// <summary>More blocks than any model has: a lying number must not make lists of layers fill the memory.</summary>
    public const int MostLayers = 1 << 16;
    private static readonly string[] QuantisationKeys = ["quantization_config", "compression_config"];

    /// <summary>Reads config.json; <paramref name="keyValueHeads"/> where the family assumes a number when the key is absent.</summary>
    public static DecoderConfig Read(HuggingFaceConfig config, int? keyValueHeads = null) => Read(config, new FamilyDefaults { KeyValueHeads = keyValueHeads });

    /// <summary>Reads config.json with what the family assumes where a key is absent.</summary>
    public static DecoderConfig Read(HuggingFaceConfig config, FamilyDefaults family)
    {
        var activation = family.Activation ?? Activations.Read(config, "hidden_act", "silu");
        if (family.Activation is null && activation != Activation.Silu) throw config.Unsupported("hidden_act", "silu");
        RefuseQuantised(config);
        var heads = config.Int32("num_attention_heads");
        var width = config.Int32("hidden_size");
        var layers = Layers(config, "num_hidden_layers");
        var maxPositions = config.Int32("max_position_embeddings");
        if (!config.Has("head_dim") && family.HeadDim is null && width % heads != 0) throw config.Wrong("hidden_size", $"is {width}, not a multiple of num_attention_heads {heads}, and there is no head_dim");
        var headDim = config.Int32("head_dim", 2, family.HeadDim ?? width / heads);
        var groups = config.Int32("num_key_value_heads", 1, config.Mentions("num_key_value_heads") ? heads : family.KeyValueHeads ?? heads);
        if (heads % groups != 0) throw config.Wrong("num_attention_heads", $"is {heads}, not a multiple of num_key_value_heads {groups}");
        if (headDim % 2 != 0) throw config.Wrong("head_dim", $"is {headDim}, rotary positions need an even number");
        var rope = family.Rope ?? HuggingFaceRope.Read(config, headDim, maxPositions, family.RopeTheta, family.RotaryShare);
        return new DecoderConfig
        {
            Family = config.String("model_type")!,
            Width = width,
            Layers = layers,
            Heads = heads,
            KeyValueHeads = groups,
            HeadDim = headDim,
            FeedForwardWidth = config.Int32("intermediate_size"),
            Vocabulary = config.Int32("vocab_size"),
            Activation = activation,
            NormEpsilon = (float)config.Positive(family.NormEpsilonKey, family.NormEpsilon),
            ContextLength = HuggingFaceRope.ContextLength(rope),
            Rope = rope,
            TiedHead = config.Boolean("tie_word_embeddings", family.TiedHead),
            Windows = new int[layers],
            EndTokens = config.Ids("eos_token_id"),
            Labels = ClassLabels.Read(config),
            ClassPooling = ClassLabels.Pooling(config),
            ClassEndToken = config.Boolean(ClassLabels.EndTokenKey, false),
        };
    }

    /// <summary>Number of blocks: a lying one must not make lists of layers fill the memory.</summary>
    public static int Layers(HuggingFaceConfig config, string key)
    {
        var layers = config.Int32(key);
        return layers <= MostLayers ? layers : throw config.Wrong(key, $"is {layers}, more than the {MostLayers} that any model has");
    }

    /// <summary>Refuses weights that are quantised in ways that safetensors has no words for, and heads that were taken out.</summary>
    public static void RefuseQuantised(HuggingFaceConfig config)
    {
        foreach (var key in QuantisationKeys)
        {
            if (!config.Has(key)) continue;
            var method = config.Section(key)!.String("quant_method");
            throw config.Wrong(key, $"says that the weights are quantised{(method is null ? "" : $" by {ConfigText.Printable(method)}")}, which is not read; use the original model or a GGUF file");
        }

        if (!config.IsNeutral("pruned_heads")) throw config.Unsupported("pruned_heads", "none");
    }

    /// <summary>Reads GGUF metadata.</summary>
    /// <param name="config">The metadata.</param>
    /// <param name="partialRope">Whether the family may turn a part of each head.</param>
    public static DecoderConfig Read(GgufConfig config, bool partialRope = false)
    {
        var heads = config.Int32("attention.head_count");
        var groups = config.Int32("attention.head_count_kv", 1, heads);
        var width = config.Int32("embedding_length");
        var layers = config.Int32("block_count");
        if (layers > MostLayers) throw config.Wrong("block_count", $"is {layers}, more than the {MostLayers} that any model has");
        var maxPositions = config.Int32("context_length");
        if (heads % groups != 0) throw config.Wrong("attention.head_count", $"is {heads}, not a multiple of attention.head_count_kv {groups}");
        if (!config.Has("attention.key_length") && width % heads != 0) throw config.Wrong("embedding_length", $"is {width}, not a multiple of attention.head_count {heads}");
        var headDim = config.Int32("attention.key_length", 2, width / heads);
        if (config.Int32("attention.value_length", 1, headDim) != headDim) throw config.Wrong("attention.value_length", $"differs from the key length {headDim}, which is not supported");
        if (headDim % 2 != 0) throw config.Wrong("attention.key_length", $"is {headDim}, rotary positions need an even number");
        var rope = GgufRope.Read(config, headDim, maxPositions, partialRope);
        return new DecoderConfig
        {
            Family = config.Architecture,
            Width = width,
            Layers = layers,
            Heads = heads,
            KeyValueHeads = groups,
            HeadDim = headDim,
            FeedForwardWidth = config.Int32("feed_forward_length"),
            Vocabulary = config.Int32("vocab_size", 1, config.Tokens),
            NormEpsilon = (float)config.Positive(config.Has("attention.layer_norm_epsilon") ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon"),
            ContextLength = maxPositions,
            Rope = rope,
            TiedHead = !config.File.TryGetTensor("output.weight", out _),
            AttentionBias = config.File.TryGetTensor("blk.0.attn_q.bias", out _),
            FeedForwardBias = config.File.TryGetTensor("blk.0.ffn_up.bias", out _),
            Windows = Windows(config, layers, config.Int32("attention.sliding_window", 0, 0)),
            EndTokens = EndTokens(config),
        };
    }

    /// <summary>Ids after which generation stops, as a GGUF file says.</summary>
    public static int[] EndTokens(GgufConfig config) => [.. new[] { config.TokenId("eos_token_id"), config.TokenId("eot_token_id") }.OfType<int>().Distinct()];

    /// <summary>The window of every layer of a GGUF file: of those that its pattern names, or, where it has none, of all but every <paramref name="every"/>-th (0: of all).</summary>
    public static int[] Windows(GgufConfig config, int layers, int window, int every = 0)
    {
        var pattern = config.WindowPattern(layers) ?? [.. Enumerable.Range(0, layers).Select(layer => every == 0 || (layer + 1) % every != 0)];
        return Array.ConvertAll(pattern, sees => sees ? window : 0);
    }

    /// <summary>
    /// One window for every layer. <c>layer_types</c>, where given, must say the same: transformers does not look at it in these
    /// families, so a file that mixes the kinds means another model.
    /// </summary>
    public static int[] Windows(HuggingFaceConfig config, int layers, int window)
    {
        var expected = window == 0 ? "full_attention" : "sliding_attention";
        var types = config.Strings("layer_types");
        if (types is not null && (types.Length != layers || Array.Exists(types, type => type != expected)))
        {
            throw config.Unsupported("layer_types", $"{layers} times {expected}, as this family and sliding_window say");
        }

        return [.. Enumerable.Repeat(window, layers)];
    }
}
