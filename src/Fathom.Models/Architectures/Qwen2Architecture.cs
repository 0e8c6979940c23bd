using System.Text.Json.Nodes;

namespace Fathom.Models.Architectures;

/// <summary>Qwen 2 and 2.5: Llama's blocks with biases on queries, keys and values, and windows in the later layers where they are switched on.</summary>
internal sealed class Qwen2Architecture : IArchitecture
{
    // What transformers assumes where config.json does not say.
    private const int DefaultKeyValueHeads = 32;
    private const int DefaultWindow = 4096;
    private const int DefaultFirstWindow = 28;

    /// <inheritdoc/>
    public IReadOnlyList<string> HuggingFaceTypes { get; } = ["qwen2"];

    /// <inheritdoc/>
    public IReadOnlyList<string> GgufTypes { get; } = ["qwen2"];

    /// <inheritdoc/>
    public DecoderConfig Read(HuggingFaceConfig config)
    {
        var shape = LlamaConfigReader.Read(config, DefaultKeyValueHeads);
        return shape with { QueryKeyValueBias = true, Windows = LayerWindows.Read(config, shape.Layers, DefaultWindow, DefaultFirstWindow) };
    }

    /// <inheritdoc/>
    public DecoderConfig Read(GgufConfig config) => GgufKeys.Read(config, false) with { AttentionBias = false, QueryKeyValueBias = true };

    /// <inheritdoc/>
    public void Write(DecoderConfig config, JsonObject root)
    {
        ConfigJson.Llama(root, config, "qwen2", "Qwen2ForCausalLM");
        root["use_sliding_window"] = config.Windows.Any(window => window > 0);
        root["sliding_window"] = ConfigJson.Windows(root, config) is > 0 and var window ? window : null;
        root["max_window_layers"] = config.Windows.TakeWhile(window => window == 0).Count();
        ConfigJson.Rope(root, config);
    }
}
