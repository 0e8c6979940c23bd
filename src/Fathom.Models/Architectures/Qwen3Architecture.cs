using System.Text.Json.Nodes;

namespace Fathom.Models.Architectures;

/// <summary>Qwen 3: Llama's blocks with an RMS norm over each head of queries and keys, before the rotation.</summary>
internal sealed class Qwen3Architecture : IArchitecture
{
    // What transformers assumes where config.json does not say.
    private const int DefaultKeyValueHeads = 32;
    private const int DefaultWindow = 4096;
    private const int DefaultFirstWindow = 28;

    /// <inheritdoc/>
    public IReadOnlyList<string> HuggingFaceTypes { get; } = ["qwen3"];

    /// <inheritdoc/>
    public IReadOnlyList<string> GgufTypes { get; } = ["qwen3"];

    /// <inheritdoc/>
    public DecoderConfig Read(HuggingFaceConfig config)
    {
        // The family's head_dim has nothing to do with width / heads, so it is not guessed from them.
        if (!config.Has("head_dim")) throw config.Wrong("head_dim", "is missing; Qwen 3 needs it");
        var shape = LlamaConfigReader.Read(config, DefaultKeyValueHeads);
        return shape with
        {
            AttentionBias = config.Boolean("attention_bias", false),
            QueryKeyNorm = QueryKeyNorm.EveryHead,
            Windows = LayerWindows.Read(config, shape.Layers, DefaultWindow, DefaultFirstWindow),
        };
    }

    /// <inheritdoc/>
    public DecoderConfig Read(GgufConfig config) => GgufKeys.Read(config, false) with { QueryKeyNorm = QueryKeyNorm.EveryHead };

    /// <inheritdoc/>
    public void Write(DecoderConfig config, JsonObject root)
    {
        ConfigJson.Llama(root, config, "qwen3", "Qwen3ForCausalLM");
        root["attention_bias"] = config.AttentionBias;
        root["use_sliding_window"] = config.Windows.Any(window => window > 0);
        root["sliding_window"] = ConfigJson.Windows(root, config) is > 0 and var window ? window : null;
        root["max_window_layers"] = config.Windows.TakeWhile(window => window == 0).Count();
        ConfigJson.Rope(root, config);
    }
}
