using System.Text.Json.Nodes;

namespace Fathom.Models.Architectures;

/// <summary>Mixtral: Mistral's blocks with a mixture of experts.</summary>
internal sealed class MixtralArchitecture : IArchitecture
{
    // What transformers assumes where config.json does not say.
    private const int DefaultKeyValueHeads = 8;
    private const int DefaultExperts = 8;

    /// <summary>What the tensors are called.</summary>
    internal static readonly TensorNames Names = new()
    {
        Router = "block_sparse_moe.gate",
        Expert = "block_sparse_moe.experts.",
        ExpertGate = "w1",
        ExpertUp = "w3",
        ExpertDown = "w2",
    };

    /// <inheritdoc/>
    public IReadOnlyList<string> HuggingFaceTypes { get; } = ["mixtral"];

    /// <inheritdoc/>
    public IReadOnlyList<string> GgufTypes { get; } = [];

    /// <inheritdoc/>
    public DecoderConfig Read(HuggingFaceConfig config)
    {
        var shape = LlamaConfigReader.Read(config, new FamilyDefaults { KeyValueHeads = DefaultKeyValueHeads, NormEpsilon = 1e-5, RopeTheta = 1e6 });
        return shape with
        {
            Names = Names,
            Windows = LlamaConfigReader.Windows(config, shape.Layers, config.Int32("sliding_window", 1, 0)),
            Mixture = Mixtures.Read(config, "num_local_experts", DefaultExperts, 2, shape.FeedForwardWidth, normalised: true),
        };
    }

    /// <inheritdoc/>
    public DecoderConfig Read(GgufConfig config) => throw new FathomException($"{config.Location}: GGUF files of this family are not read yet; use the model's original files");

    /// <inheritdoc/>
    public void Write(DecoderConfig config, JsonObject root)
    {
        if (config.AttentionBias || config.FeedForwardBias) throw new FathomException("config.json has no words for a Mixtral model with biases");
        ConfigJson.Llama(root, config, "mixtral", "MixtralForCausalLM");
        root["intermediate_size"] = config.Mixture!.Width;
        root["num_local_experts"] = config.Mixture.Experts;
        root["num_experts_per_tok"] = config.Mixture.PerToken;
        root["sliding_window"] = ConfigJson.Window(config) is > 0 and var window ? window : null;
        ConfigJson.Rope(root, config);
    }
}
