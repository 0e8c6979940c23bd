using System.Text.Json.Nodes;

namespace Fathom.Models.Architectures;

/// <summary>Gemma: Llama's blocks with norms by 1 + weight, scaled embeddings and the GELU by tanh.</summary>
internal sealed class GemmaArchitecture : IArchitecture
{
    // What transformers assumes where config.json does not say.
    private const int DefaultKeyValueHeads = 16;

    /// <inheritdoc/>
    public IReadOnlyList<string> HuggingFaceTypes { get; } = ["gemma"];

    /// <inheritdoc/>
    public IReadOnlyList<string> GgufTypes { get; } = ["gemma"];

    /// <inheritdoc/>
    public DecoderConfig Read(HuggingFaceConfig config)
    {
        var shape = LlamaConfigReader.Read(config, GemmaReader.Defaults(config, DefaultKeyValueHeads));
        return GemmaReader.Common(config, shape) with { Windows = LlamaConfigReader.Windows(config, shape.Layers, 0) };
    }

    /// <inheritdoc/>
    public DecoderConfig Read(GgufConfig config) => GemmaReader.Common(GgufKeys.Read(config, false));

    /// <inheritdoc/>
    public void Write(DecoderConfig config, JsonObject root)
    {
        ConfigJson.Llama(root, config, "gemma", "GemmaForCausalLM");
        GemmaReader.Write(root, config);
        ConfigJson.Rope(root, config);
    }
}
