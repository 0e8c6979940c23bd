using System.Text.Json.Nodes;

namespace Fathom.Models.Architectures;

/// <summary>Mistral 7B and its like: Llama's blocks, with every layer seeing a window of positions.</summary>
internal sealed class MistralArchitecture : IArchitecture
{
    // What transformers assumes where config.json does not say.
    private const int DefaultWindow = 4096;
    private const int DefaultKeyValueHeads = 8;

    /// <inheritdoc/>
    public IReadOnlyList<string> HuggingFaceTypes { get; } = ["mistral"];

    /// <inheritdoc/>
    public IReadOnlyList<string> GgufTypes { get; } = [];

    /// <inheritdoc/>
    public DecoderConfig Read(HuggingFaceConfig config)
    {
        var shape = LlamaConfigReader.Read(config, DefaultKeyValueHeads);
        var window = config.Mentions("sliding_window") ? config.Int32("sliding_window", 1, 0) : DefaultWindow;
        return shape with { Windows = LlamaConfigReader.Windows(config, shape.Layers, window) };
    }

    /// <inheritdoc/>
    public DecoderConfig Read(GgufConfig config) => throw new FathomException($"{config.Location}: GGUF files of Mistral call themselves llama");

    /// <inheritdoc/>
    public void Write(DecoderConfig config, JsonObject root)
    {
        if (config.AttentionBias || config.FeedForwardBias) throw new FathomException("config.json has no words for a Mistral model with biases");
        ConfigJson.Llama(root, config, "mistral", "MistralForCausalLM");
        root["sliding_window"] = ConfigJson.Window(config) is > 0 and var window ? window : null;
        ConfigJson.Rope(root, config);
    }
}
