using Fathom.Models.Architectures;
using Fathom.Models.Encoders.TextToText;
using Fathom.Tensors.Autograd;

namespace Fathom.Models.Encoders.Families;

/// <summary>T5, T5 v1.1, Flan-T5 and mT5: norms without mean or bias before the layers, no biases, unscaled scores with a bias by distance; the encoder, and with <see cref="ReadBoth"/> the decoder.</summary>
internal sealed class T5Family : IEncoderFamily
{
    // Distances beyond the longest bucket are all alike, so the family itself sets no bound.
    private const int MostTokens = 1 << 16;

    /// <inheritdoc/>
    public IReadOnlyList<string> Types { get; } = ["t5", "mt5"];

    /// <inheritdoc/>
    public EncoderPlan Read(HuggingFaceConfig config)
    {
        var settings = Settings(config);
        return new EncoderPlan(settings.Config.Encoder, weights => new T5Parts(settings, weights).Encoder(alone: true));
    }

    /// <summary>Reads both halves' shape.</summary>
    public static T5Settings ReadBoth(HuggingFaceConfig config) => Settings(config);

    private static T5Settings Settings(HuggingFaceConfig config)
    {
        LlamaConfigReader.RefuseQuantised(config);
        var multilingual = config.String("model_type") == "mt5";
        var layers = EncoderKeys.Size(config, "num_layers", EncoderKeys.MostLayers);
        var heads = EncoderKeys.Size(config, "num_heads", 1 << 10);
        var (gated, activation, name) = config.String("feed_forward_proj", multilingual ? "gated-gelu" : "relu") switch
        {
            "relu" => (false, Activation.Relu, "relu"),
            "gelu" => (false, Activation.Gelu, "gelu"),
            "gelu_new" => (false, Activation.GeluTanh, "gelu_new"),
            "gated-gelu" => (true, Activation.GeluTanh, "gelu_new"),
            "gated-relu" => (true, Activation.Relu, "relu"),
            "gated-silu" => (true, Activation.Silu, "silu"),
            _ => throw config.Unsupported("feed_forward_proj", "relu, gelu, gelu_new, gated-gelu, gated-relu, gated-silu"),
        };

        // The library writes both beside the key they follow from, and some versions of it read them back.
        if (config.String("dense_act_fn", name) != name) throw config.Unsupported("dense_act_fn", $"{name}, as feed_forward_proj says");
        if (config.Boolean("is_gated_act", gated) != gated) throw config.Unsupported("is_gated_act", $"{(gated ? "true" : "false")}, as feed_forward_proj says");
        var encoder = new EncoderConfig
        {
            Family = config.String("model_type")!,
            Width = EncoderKeys.Size(config, "d_model"),
            Layers = layers,
            Heads = heads,
            HeadDim = EncoderKeys.Size(config, "d_kv"),
            FeedForwardWidth = EncoderKeys.Size(config, "d_ff"),
            Vocabulary = config.Int32("vocab_size"),
            ContextLength = MostTokens,
            PadToken = config.Int32("pad_token_id", 0, 0),
            HasDecoder = true,
        };
        var buckets = EncoderKeys.Size(config, "relative_attention_num_buckets", least: 4, otherwise: 32);
        var longest = EncoderKeys.Size(config, "relative_attention_max_distance", least: 2, otherwise: 128);
        if (longest <= buckets / 2) throw config.Wrong("relative_attention_max_distance", $"is {longest}, expected more than half of the {buckets} buckets");
        return new T5Settings
        {
            Config = new TextToTextConfig
            {
                Encoder = encoder,
                DecoderLayers = EncoderKeys.Size(config, "num_decoder_layers", EncoderKeys.MostLayers, 1, layers),
                StartToken = config.Int32("decoder_start_token_id", 0, encoder.PadToken),
                EndTokens = config.Ids("eos_token_id") is { Length: > 0 } ends ? ends : [1],
            },
            Epsilon = (float)config.Positive("layer_norm_epsilon", 1e-6),
            Activation = activation,
            Gated = gated,
            Buckets = buckets,
            LongestDistance = longest,
            Tied = config.Boolean("tie_word_embeddings", true),
            ScalesHead = config.Has("scale_decoder_outputs") ? config.Boolean("scale_decoder_outputs", false) : null,
        };
    }
}
