using System.Text.Json.Nodes;
using Fathom.Models.Positions;
using Fathom.Tensors.Autograd;

namespace Fathom.Models.Architectures;

/// <summary>GPT-2, Cerebras-GPT and their like: learnt positions, layer norms and biases everywhere, matrices stored the other way round.</summary>
internal sealed class Gpt2Architecture : IArchitecture
{
    private static readonly TensorNames Names = new()
    {
        Embedding = "transformer.wte",
        Positions = "transformer.wpe",
        Layer = "transformer.h.",
        FinalNorm = "transformer.ln_f",
        AttentionNorm = "ln_1",
        FeedForwardNorm = "ln_2",
        QueryKeyValue = "attn.c_attn",
        Output = "attn.c_proj",
        Up = "mlp.c_fc",
        Down = "mlp.c_proj",
        OtherPrefix = ("transformer.", ""),
        Buffers = [".attn.bias", ".attn.masked_bias"],
    };

    /// <inheritdoc/>
    public IReadOnlyList<string> HuggingFaceTypes { get; } = ["gpt2"];

    /// <inheritdoc/>
    public IReadOnlyList<string> GgufTypes { get; } = ["gpt2"];

    /// <inheritdoc/>
    public DecoderConfig Read(HuggingFaceConfig config)
    {
        LlamaConfigReader.RefuseQuantised(config);
        if (config.Boolean("add_cross_attention", false)) throw config.Unsupported("add_cross_attention", "false");
        var (width, heads, positions) = (config.Int32("n_embd", 1, 768), config.Int32("n_head", 1, 12), config.Int32("n_positions", 1, 1024));
        if (width % heads != 0) throw config.Wrong("n_embd", $"is {width}, not a multiple of n_head {heads}");
        var layers = LlamaConfigReader.Layers(config, "n_layer");
        return new DecoderConfig
        {
            Family = "gpt2",
            Names = Names,
            Fused = FusedLayout.Stacked,
            TransposedWeights = true,
            Width = width,
            Layers = layers,
            Heads = heads,
            KeyValueHeads = heads,
            HeadDim = width / heads,
            FeedForwardWidth = config.Int32("n_inner", 1, checked(4 * width)),
            Vocabulary = config.Int32("vocab_size"),
            Norm = NormKind.Layer,
            NormBias = true,
            NormEpsilon = (float)config.Positive("layer_norm_epsilon", 1e-5),
            ContextLength = positions,
            Positions = PositionKind.Learnt,
            Rope = new RopeConfig { RotaryDim = width / heads, MaxPositions = positions },
            TiedHead = config.Boolean("tie_word_embeddings", true),
            AttentionBias = true,
            FeedForwardBias = true,
            GatedFeedForward = false,
            Activation = Activations.Read(config, "activation_function", "gelu_new"),
            AttentionScale = config.Boolean("scale_attn_weights", true) ? 0 : 1,
            AttentionScaleByLayer = config.Boolean("scale_attn_by_inverse_layer_idx", false),
            Windows = new int[layers],
            EndTokens = config.Ids("eos_token_id"),
            Labels = ClassLabels.Read(config),
        };
    }

    /// <inheritdoc/>
    public DecoderConfig Read(GgufConfig config) => GgufKeys.Read(config, false) with
    {
        Names = Names,
        Fused = FusedLayout.Stacked,
        Norm = NormKind.Layer,
        NormBias = true,
        Positions = PositionKind.Learnt,
        AttentionBias = true,
        FeedForwardBias = true,
        GatedFeedForward = false,
        Activation = config.Activation(Activation.GeluTanh),
    };

    /// <inheritdoc/>
    public void Write(DecoderConfig config, JsonObject root)
    {
        ConfigJson.Begin(root, "gpt2", "GPT2LMHeadModel");
        root["activation_function"] = config.Activation switch
        {
            Activation.GeluTanh => "gelu_new",
            Activation.Gelu => "gelu",
            Activation.Relu => "relu",
            _ => throw new FathomException($"a GPT-2 model with the activation {config.Activation} cannot be written as config.json"),
        };
        (root["n_embd"], root["n_head"], root["n_layer"], root["n_inner"]) = (config.Width, config.Heads, config.Layers, config.FeedForwardWidth);
        (root["n_positions"], root["n_ctx"]) = (config.ContextLength, config.ContextLength);
        root["vocab_size"] = config.Vocabulary;
        root["layer_norm_epsilon"] = config.NormEpsilon;
        root["scale_attn_weights"] = config.AttentionScale != 1;
        root["scale_attn_by_inverse_layer_idx"] = config.AttentionScaleByLayer;
        root["tie_word_embeddings"] = config.TiedHead;
    }
}
