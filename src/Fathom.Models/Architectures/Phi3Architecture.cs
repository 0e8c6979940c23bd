using System.Text.Json.Nodes;

namespace Fathom.Models.Architectures;

/// <summary>Phi-3 and Phi-4: Llama's blocks with queries, keys and values in one tensor, gate and up in another, and LongRoPE.</summary>
internal sealed class Phi3Architecture : IArchitecture
{
    private static readonly TensorNames Names = new() { QueryKeyValue = "self_attn.qkv_proj", GateUp = "mlp.gate_up_proj" };

    /// <inheritdoc/>
    public IReadOnlyList<string> HuggingFaceTypes { get; } = ["phi3"];

    /// <inheritdoc/>
    public IReadOnlyList<string> GgufTypes { get; } = ["phi3"];

    /// <inheritdoc/>
    public DecoderConfig Read(HuggingFaceConfig config)
    {
        // Where it is absent the library assumes 4096, which no such file means.
        const string original = "original_max_position_embeddings";
        if (config.Section("rope_scaling") is { } scaling && !scaling.Has(original) && !config.Has(original)) throw config.Wrong(original, "is missing; Phi-3 needs it where rope_scaling is given");
        var shape = LlamaConfigReader.Read(config, new FamilyDefaults { NormEpsilon = 1e-5, RotaryShare = 1 });
        return shape with { Names = Names, Fused = FusedLayout.Stacked, Windows = LlamaConfigReader.Windows(config, shape.Layers, config.Int32("sliding_window", 1, 0)) };
    }

    /// <inheritdoc/>
    public DecoderConfig Read(GgufConfig config) => GgufKeys.Read(config, true) with { Names = Names, Fused = FusedLayout.Stacked };

    /// <inheritdoc/>
    public void Write(DecoderConfig config, JsonObject root)
    {
        ConfigJson.Llama(root, config, "phi3", "Phi3ForCausalLM", ownHeadDim: config.HeadDim * config.Heads != config.Width);
        root["sliding_window"] = ConfigJson.Window(config) is > 0 and var window ? window : null;
        root["original_max_position_embeddings"] = config.Rope.OriginalMaxPositions > 0 ? config.Rope.OriginalMaxPositions : config.Rope.MaxPositions;
        ConfigJson.Rope(root, config, partial: true);
    }
}
