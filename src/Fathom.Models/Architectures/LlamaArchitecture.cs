namespace Fathom.Models.Architectures;

/// <summary>Llama 1 to 3.x and the many models that took its form (SmolLM2, TinyLlama, …); in GGUF files Mistral too.</summary>
internal sealed class LlamaArchitecture : IArchitecture
{
    private static readonly HashSet<string> KnownGgufKeys =
    [
        .. GgufRope.Keys, "block_count", "context_length", "embedding_length", "feed_forward_length", "attention.head_count",
        "attention.head_count_kv", "attention.key_length", "attention.value_length", "attention.layer_norm_rms_epsilon",
        "attention.sliding_window", "vocab_size", "expert_count", "expert_used_count", "tensor_data_layout",
    ];

    /// <inheritdoc/>
    public IReadOnlyList<string> HuggingFaceTypes { get; } = ["llama"];

    /// <inheritdoc/>
    public IReadOnlyList<string> GgufTypes { get; } = ["llama"];

    /// <inheritdoc/>
    public DecoderConfig Read(HuggingFaceConfig config)
    {
        if (config.Int32("pretraining_tp", 1, 1) != 1) throw config.Unsupported("pretraining_tp", "1 (matrices in one piece)");
        var shape = LlamaConfigReader.Read(config);
        return shape with
        {
            AttentionBias = config.Boolean("attention_bias", false),
            FeedForwardBias = config.Boolean("mlp_bias", false),
            Windows = LlamaConfigReader.Windows(config, shape.Layers, 0),
        };
    }

    /// <inheritdoc/>
    public DecoderConfig Read(GgufConfig config)
    {
        config.RefuseUnknownKeys(KnownGgufKeys);
        if (config.Int32("expert_count", 0, 0) != 0) throw config.Wrong("expert_count", "is not 0: mixtures of experts are not supported yet");
        return LlamaConfigReader.Read(config);
    }
}
