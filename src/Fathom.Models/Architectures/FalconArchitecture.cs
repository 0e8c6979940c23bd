using System.Text.Json.Nodes;
using Fathom.Tensors.Autograd;

namespace Fathom.Models.Architectures;

/// <summary>Falcon: parallel blocks with queries, keys and values in one tensor; the oldest models sequential and with ALiBi.</summary>
internal sealed class FalconArchitecture : IArchitecture
{
    /// <summary>llama.cpp's word for queries, keys and values one after another in a tensor that Falcon keeps group by group.</summary>
    internal const string Layout = "jploski";

    private static readonly TensorNames Names = new()
    {
        Embedding = "transformer.word_embeddings",
        Layer = "transformer.h.",
        FinalNorm = "transformer.ln_f",
        QueryKeyValue = "self_attention.query_key_value",
        Output = "self_attention.dense",
        Up = "mlp.dense_h_to_4h",
        Down = "mlp.dense_4h_to_h",
        Buffers = [".rotary_emb.inv_freq"],
    };

    // Two norms beside each other; llama.cpp calls the feed-forward's the first.
    private static readonly TensorNames TwoNorms = Names with { AttentionNorm = "ln_attn", FeedForwardNorm = "ln_mlp", GgufAttentionNorm = "attn_norm_2", GgufFeedForwardNorm = "attn_norm" };

    /// <inheritdoc/>
    public IReadOnlyList<string> HuggingFaceTypes { get; } = ["falcon", "RefinedWeb", "RefinedWebModel"];

    /// <inheritdoc/>
    public IReadOnlyList<string> GgufTypes { get; } = ["falcon"];

    /// <inheritdoc/>
    public DecoderConfig Read(HuggingFaceConfig config)
    {
        LlamaConfigReader.RefuseQuantised(config);
        if (config.Boolean("apply_residual_connection_post_layernorm", false)) throw config.Unsupported("apply_residual_connection_post_layernorm", "false");
        var width = config.Int32("hidden_size");
        var heads = config.Int32(config.Has("num_attention_heads") ? "num_attention_heads" : "n_head");
        var layers = LlamaConfigReader.Layers(config, config.Has("num_hidden_layers") ? "num_hidden_layers" : "n_layer");
        var grouped = config.Boolean("new_decoder_architecture", config.Has("n_head_kv"));
        var multiQuery = config.Boolean("multi_query", true);
        var groups = grouped ? config.Int32(config.Has("num_kv_heads") ? "num_kv_heads" : "n_head_kv", 1, heads) : multiQuery ? 1 : heads;
        if (width % heads != 0) throw config.Wrong("hidden_size", $"is {width}, not a multiple of num_attention_heads {heads}");
        if (heads % groups != 0) throw config.Wrong("num_kv_heads", $"is {groups}, of which the {heads} query heads are no multiple");
        var headDim = width / heads;
        var alibi = config.Boolean("alibi", false);
        if (!alibi && headDim % 2 != 0) throw config.Wrong("hidden_size", $"makes heads of {headDim}, rotary positions need an even number");
        var rope = HuggingFaceRope.Read(config, headDim, config.Int32("max_position_embeddings", 1, 2048));
        var bias = config.Boolean("bias", false);
        return new DecoderConfig
        {
            Family = config.String("model_type")!,
            Names = NamesOf(config, grouped),
            Fused = grouped || !multiQuery ? FusedLayout.Grouped : FusedLayout.Stacked,
            Width = width,
            Layers = layers,
            Heads = heads,
            KeyValueHeads = groups,
            HeadDim = headDim,
            FeedForwardWidth = config.Int32("ffn_hidden_size", 1, checked(4 * width)),
            Vocabulary = config.Int32("vocab_size"),
            Norm = NormKind.Layer,
            NormBias = true,
            NormEpsilon = (float)config.Positive("layer_norm_epsilon", 1e-5),
            ContextLength = HuggingFaceRope.ContextLength(rope),
            Positions = alibi ? PositionKind.Alibi : PositionKind.Rotary,
            Rope = rope,
            TiedHead = config.Boolean("tie_word_embeddings", true),
            AttentionBias = bias,
            FeedForwardBias = bias,
            GatedFeedForward = false,
            Activation = Activations.Read(config, "activation", "gelu"),
            ParallelBlock = grouped || config.Boolean("parallel_attn", true),
            Windows = new int[layers],
            EndTokens = config.Ids("eos_token_id"),
            Labels = ClassLabels.Read(config),
        };
    }

    /// <inheritdoc/>
    public DecoderConfig Read(GgufConfig config)
    {
        if (config.String("tensor_data_layout", Layout) != Layout) throw config.Wrong("tensor_data_layout", $"is '{ConfigText.Printable(config.String("tensor_data_layout")!)}', expected {Layout} (queries, keys and values one after another)");
        return GgufKeys.Read(config, false) with
        {
            Names = config.File.TryGetTensor("blk.0.attn_norm_2.weight", out _) ? TwoNorms : Names with { FeedForwardNorm = null },
            Fused = FusedLayout.Stacked,
            Norm = NormKind.Layer,
            NormBias = true,
            ParallelBlock = true,
            GatedFeedForward = false,
            Activation = config.Activation(Activation.Gelu),
        };
    }

    /// <inheritdoc/>
    public void Write(DecoderConfig config, JsonObject root)
    {
        var grouped = config.KeyValueHeads != 1 && config.KeyValueHeads != config.Heads || config.Names.AttentionNorm == TwoNorms.AttentionNorm;
        ConfigJson.Begin(root, "falcon", "FalconForCausalLM");
        root["hidden_size"] = config.Width;
        root["ffn_hidden_size"] = config.FeedForwardWidth;
        root["num_hidden_layers"] = config.Layers;
        root["num_attention_heads"] = config.Heads;
        root["num_kv_heads"] = config.KeyValueHeads;
        root["vocab_size"] = config.Vocabulary;
        root["max_position_embeddings"] = config.Rope.MaxPositions;
        root["layer_norm_epsilon"] = config.NormEpsilon;
        root["activation"] = config.Activation == Activation.Gelu ? "gelu" : throw new FathomException($"a Falcon model with the activation {config.Activation} cannot be written as config.json");
        root["new_decoder_architecture"] = grouped;
        if (grouped) root["num_ln_in_parallel_attn"] = config.Names.AttentionNorm == TwoNorms.AttentionNorm ? 2 : 1;
        root["multi_query"] = config.KeyValueHeads != config.Heads || config.Heads == 1;
        root["parallel_attn"] = config.ParallelBlock;
        root["alibi"] = config.Positions == PositionKind.Alibi;
        root["bias"] = config.AttentionBias;
        root["tie_word_embeddings"] = config.TiedHead;
        ConfigJson.Rope(root, config);
    }

    private static TensorNames NamesOf(HuggingFaceConfig config, bool grouped)
    {
        var parallel = config.Boolean("parallel_attn", true);
        if (!grouped) return parallel ? Names with { FeedForwardNorm = null } : Names;
        if (config.Int32("num_ln_in_parallel_attn", 1, 2) == 2) return TwoNorms;
        return parallel ? Names with { FeedForwardNorm = null } : throw config.Unsupported("parallel_attn", "true where num_ln_in_parallel_attn is 1");
    }
}
