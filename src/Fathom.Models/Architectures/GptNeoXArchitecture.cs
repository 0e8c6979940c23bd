using System.Text.Json.Nodes;
using Fathom.Tensors.Autograd;

namespace Fathom.Models.Architectures;

/// <summary>GPT-NeoX and Pythia: parallel blocks, a part of each head turned, queries, keys and values in one tensor head by head.</summary>
internal sealed class GptNeoXArchitecture : IArchitecture
{
    private static readonly TensorNames Names = new()
    {
        Embedding = "gpt_neox.embed_in",
        Layer = "gpt_neox.layers.",
        FinalNorm = "gpt_neox.final_layer_norm",
        Head = "embed_out",
        QueryKeyValue = "attention.query_key_value",
        Output = "attention.dense",
        Up = "mlp.dense_h_to_4h",
        Down = "mlp.dense_4h_to_h",
        Buffers = [".attention.bias", ".attention.masked_bias", ".rotary_emb.inv_freq"],
    };

    /// <inheritdoc/>
    public IReadOnlyList<string> HuggingFaceTypes { get; } = ["gpt_neox"];

    /// <inheritdoc/>
    public IReadOnlyList<string> GgufTypes { get; } = ["gptneox"];

    /// <inheritdoc/>
    public DecoderConfig Read(HuggingFaceConfig config)
    {
        var defaults = new FamilyDefaults { Activation = Activations.Read(config, "hidden_act", "gelu"), NormEpsilonKey = "layer_norm_eps", NormEpsilon = 1e-5, RotaryShare = 0.25 };
        return LlamaConfigReader.Read(config, defaults) with
        {
            Names = Names,
            Fused = FusedLayout.Grouped,
            Norm = NormKind.Layer,
            NormBias = true,
            AttentionBias = config.Boolean("attention_bias", true),
            FeedForwardBias = true,
            GatedFeedForward = false,
            ParallelBlock = config.Boolean("use_parallel_residual", true),
        };
    }

    /// <inheritdoc/>
    public DecoderConfig Read(GgufConfig config)
    {
        var shape = GgufKeys.Read(config, true, "use_parallel_residual");
        return shape with
        {
            Names = Names,
            Fused = FusedLayout.Stacked,
            Norm = NormKind.Layer,
            NormBias = true,
            AttentionBias = config.File.TryGetTensor("blk.0.attn_qkv.bias", out _),
            FeedForwardBias = true,
            GatedFeedForward = false,
            Activation = config.Activation(Activation.Gelu),
            ParallelBlock = config.Boolean("use_parallel_residual", true),
        };
    }

    /// <inheritdoc/>
    public void Write(DecoderConfig config, JsonObject root)
    {
        ConfigJson.Llama(root, config, "gpt_neox", "GPTNeoXForCausalLM", "layer_norm_eps", ownHeadDim: false);
        root.Remove("num_key_value_heads");
        root["hidden_act"] = config.Activation == Activation.GeluTanh ? "gelu_new" : "gelu";
        root["attention_bias"] = config.AttentionBias;
        root["use_parallel_residual"] = config.ParallelBlock;
        ConfigJson.Rope(root, config, partial: true, "rotary_pct", "rotary_emb_base");
    }
}
