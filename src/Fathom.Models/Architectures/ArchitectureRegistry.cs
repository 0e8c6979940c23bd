using Fathom.Models.Encoders.Families;

namespace Fathom.Models.Architectures;

/// <summary>The families that can be loaded.</summary>
internal static class ArchitectureRegistry
{
    private static readonly IArchitecture[] All =
    [
        new LlamaArchitecture(), new MistralArchitecture(), new Qwen2Architecture(), new Qwen3Architecture(), new SmolLm3Architecture(),
        new Gpt2Architecture(), new GemmaArchitecture(), new Gemma2Architecture(), new Gemma3Architecture(), new Phi3Architecture(),
        new OptArchitecture(), new GptNeoXArchitecture(), new Olmo2Architecture(), new GraniteArchitecture(), new StableLmArchitecture(),
        new CohereArchitecture(), new FalconArchitecture(), new MixtralArchitecture(), new Qwen3MoeArchitecture(), new OpenElmArchitecture(),
    ];

    /// <summary>Every <c>model_type</c> that is known.</summary>
    public static IEnumerable<string> HuggingFaceTypes => All.SelectMany(architecture => architecture.HuggingFaceTypes).Order(StringComparer.Ordinal);

    /// <summary>Every <c>general.architecture</c> that is known.</summary>
    public static IEnumerable<string> GgufTypes => All.SelectMany(architecture => architecture.GgufTypes).Order(StringComparer.Ordinal);

    /// <summary>The family of a config.json.</summary>
    /// <exception cref="FathomException">It is not known; the message lists those that are.</exception>
    public static IArchitecture ForHuggingFace(string type, string file) =>
        Array.Find(All, architecture => architecture.HuggingFaceTypes.Contains(type))
        ?? throw new FathomException(EncoderFamilies.Knows(type)
            ? $"{file}: model_type '{Printable(type)}' is an encoder, a language model was expected; embed, verify and model inspect take encoders"
            : $"{file}: model_type '{Printable(type)}' is not a known architecture; known are {string.Join(", ", HuggingFaceTypes)}, and the text part of {string.Join(", ", TextPart.Types)}");

    /// <summary>The family of a GGUF file.</summary>
    /// <exception cref="FathomException">It is not known; the message lists those that are.</exception>
    public static IArchitecture ForGguf(string type, string file) =>
        Array.Find(All, architecture => architecture.GgufTypes.Contains(type))
        ?? throw new FathomException($"{file}: general.architecture '{Printable(type)}' is not a known architecture; known are {string.Join(", ", GgufTypes)}");

    /// <summary>The family of a shape, whichever kind of file said it: GGUF files have names of their own, and call Mistral llama.</summary>
    /// <exception cref="FathomException">It is not known.</exception>
    public static IArchitecture Of(DecoderConfig config)
    {
        var type = config.Family == "llama" && config.Windows.Any(window => window > 0) ? "mistral" : config.Family;
        return Array.Find(All, architecture => architecture.HuggingFaceTypes.Contains(type) || architecture.GgufTypes.Contains(type))
            ?? throw new FathomException($"'{Printable(type)}' is not a known architecture; known are {string.Join(", ", HuggingFaceTypes)}");
    }

    private static string Printable(string text) => ConfigText.Printable(text);
}
