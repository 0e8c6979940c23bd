using System.Text.Json.Nodes;
using Fathom.Tensors.Autograd;

namespace Fathom.Models.Architectures;

/// <summary>What the generations of Gemma share.</summary>
internal static class GemmaReader
{
    /// <summary>Numbers in a head where config.json does not say.</summary>
    public const int DefaultHeadDim = 256;

    private const double DefaultScalar = 256;

    /// <summary>Norms before and behind attention and feed-forward.</summary>
    public static readonly TensorNames FourNorms = new()
    {
        AttentionOutputNorm = "post_attention_layernorm",
        FeedForwardNorm = "pre_feedforward_layernorm",
        FeedForwardOutputNorm = "post_feedforward_layernorm",
    };

    /// <summary>What transformers assumes where config.json does not say.</summary>
    public static FamilyDefaults Defaults(HuggingFaceConfig config, int keyValueHeads) =>
        new() { KeyValueHeads = keyValueHeads, HeadDim = DefaultHeadDim, TiedHead = true, Activation = ReadActivation(config) };

    /// <summary>Norms by 1 + weight and scaled embeddings.</summary>
    public static DecoderConfig Common(HuggingFaceConfig config, DecoderConfig shape)
    {
        if (config.Boolean("use_bidirectional_attention", false)) throw config.Unsupported("use_bidirectional_attention", "false");
        return shape with { NormAddsOne = true, EmbeddingScale = (float)Math.Sqrt(shape.Width), AttentionBias = config.Boolean("attention_bias", false) };
    }

    /// <summary>The same for GGUF files, whose norms have the 1 in them already.</summary>
    public static DecoderConfig Common(DecoderConfig shape) => shape with { EmbeddingScale = (float)Math.Sqrt(shape.Width), Activation = Activation.GeluTanh };

    /// <summary>The factor on scores where the file has no word for it: by the width of a head, in the largest model by width / heads.</summary>
    public static float AttentionScale(DecoderConfig shape, int largestLayers) =>
        (float)(1 / Math.Sqrt(shape.Layers == largestLayers ? (double)shape.Width / shape.Heads : shape.HeadDim));

    /// <summary>query_pre_attn_scalar to the power of -1/2.</summary>
    public static float AttentionScale(HuggingFaceConfig config) => (float)(1 / Math.Sqrt(config.Positive("query_pre_attn_scalar", DefaultScalar)));

    /// <summary>A soft cap; null in the file means none, an absent key <paramref name="otherwise"/>.</summary>
    public static float SoftCap(HuggingFaceConfig config, string key, double otherwise) =>
        config.Has(key) ? (float)config.Positive(key) : config.Mentions(key) ? 0 : (float)otherwise;

    /// <summary>The keys of config.json that Llama has not.</summary>
    public static void Write(JsonObject root, DecoderConfig config)
    {
        (root["hidden_act"], root["hidden_activation"]) = ("gelu_pytorch_tanh", "gelu_pytorch_tanh");
        root["attention_bias"] = config.AttentionBias;
    }

    /// <summary><c>query_pre_attn_scalar</c> of the factor on scores.</summary>
    public static double PreAttentionScalar(DecoderConfig config) => config.AttentionScale == 0 ? config.HeadDim : Tidy(1 / ((double)config.AttentionScale * config.AttentionScale));

    /// <summary>A soft cap as config.json says it: null where there is none.</summary>
    public static JsonNode? OrNull(float cap) => cap > 0 ? cap : null;

    // The whole number that was meant, where rounding in single precision hid it.
    private static double Tidy(double value) => Math.Abs(value - Math.Round(value)) < 1e-5 * value ? Math.Round(value) : value;

    // Old files say gelu and mean the form by tanh.
    private static Activation ReadActivation(HuggingFaceConfig config)
    {
        var key = config.Has("hidden_activation") ? "hidden_activation" : "hidden_act";
        return Activations.Read(config, key, "gelu_pytorch_tanh") is Activation.Gelu or Activation.GeluTanh ? Activation.GeluTanh : throw config.Unsupported(key, "gelu_pytorch_tanh");
    }
}
