using Fathom.Models.Positions;

namespace Fathom.Models.Architectures;

/// <summary>OPT: learnt positions two rows on, ReLU, biases; the 350M model with norms behind its sums and narrower embeddings.</summary>
internal sealed class OptArchitecture : IArchitecture
{
    // Row p + 2 belongs to position p, and the epsilon of the norms is PyTorch's.
    private const int FirstPosition = 2;
    private const float NormEpsilon = 1e-5f;

    private static readonly TensorNames Names = new()
    {
        Embedding = "model.decoder.embed_tokens",
        Positions = "model.decoder.embed_positions",
        ProjectIn = "model.decoder.project_in",
        ProjectOut = "model.decoder.project_out",
        Layer = "model.decoder.layers.",
        FinalNorm = "model.decoder.final_layer_norm",
        AttentionNorm = "self_attn_layer_norm",
        FeedForwardNorm = "final_layer_norm",
        Output = "self_attn.out_proj",
        Up = "fc1",
        Down = "fc2",
        OtherPrefix = ("model.decoder.", "decoder."),
    };

    /// <inheritdoc/>
    public IReadOnlyList<string> HuggingFaceTypes { get; } = ["opt"];

    /// <inheritdoc/>
    public IReadOnlyList<string> GgufTypes { get; } = [];

    /// <inheritdoc/>
    public DecoderConfig Read(HuggingFaceConfig config)
    {
        LlamaConfigReader.RefuseQuantised(config);
        if (!config.Boolean("layer_norm_elementwise_affine", true)) throw config.Unsupported("layer_norm_elementwise_affine", "true");
        var (width, heads, positions) = (config.Int32("hidden_size"), config.Int32("num_attention_heads"), config.Int32("max_position_embeddings"));
        if (width % heads != 0) throw config.Wrong("hidden_size", $"is {width}, not a multiple of num_attention_heads {heads}");
        var layers = LlamaConfigReader.Layers(config, "num_hidden_layers");
        var normsBefore = config.Boolean("do_layer_norm_before", true);
        var embedding = config.Int32("word_embed_proj_dim", 1, width);
        if (embedding > width) throw config.Unsupported("word_embed_proj_dim", $"at most hidden_size {width}");
        return new DecoderConfig
        {
            Family = "opt",
            Names = normsBefore && !config.Boolean("_remove_final_layer_norm", false) ? Names : Names with { FinalNorm = null },
            Width = width,
            EmbeddingWidth = embedding == width ? 0 : embedding,
            Layers = layers,
            Heads = heads,
            KeyValueHeads = heads,
            HeadDim = width / heads,
            FeedForwardWidth = config.Int32("ffn_dim"),
            Vocabulary = config.Int32("vocab_size"),
            Norm = NormKind.Layer,
            NormBias = true,
            NormEpsilon = NormEpsilon,
            NormsBehindSums = !normsBefore,
            ContextLength = positions,
            Positions = PositionKind.Learnt,
            PositionOffset = FirstPosition,
            Rope = new RopeConfig { RotaryDim = width / heads, MaxPositions = positions },
            TiedHead = config.Boolean("tie_word_embeddings", true),
            AttentionBias = config.Boolean("enable_bias", true),
            FeedForwardBias = config.Boolean("enable_bias", true),
            GatedFeedForward = false,
            Activation = Activations.Read(config, "activation_function", "relu"),
            Windows = new int[layers],
            EndTokens = config.Ids("eos_token_id"),
            Labels = ClassLabels.Read(config),
        };
    }

    /// <inheritdoc/>
    public DecoderConfig Read(GgufConfig config) => throw new FathomException($"{config.Location}: GGUF files of this family are not read yet; use the model's original files");
}
