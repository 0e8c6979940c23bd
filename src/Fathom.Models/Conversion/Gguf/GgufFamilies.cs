namespace Fathom.Models.Conversion;

/// <summary>The families that GGUF files hold.</summary>
internal static class GgufFamilies
{
    private static readonly GgufFamily[] All =
    [
        new LlamaGguf(), new MixtralGguf(), new Qwen2Gguf(), new Qwen3Gguf(), new Qwen3MoeGguf(), new SmolLm3Gguf(), new GemmaGguf(), new Gemma2Gguf(), new Gemma3Gguf(),
        new Phi3Gguf(), new Gpt2Gguf(), new GptNeoXGguf(), new FalconGguf(), new StableLmGguf(), new Olmo2Gguf(), new GraniteGguf(), new CohereGguf(), new OpenElmGguf(),
    ];

    /// <summary>The family of this <c>model_type</c>.</summary>
    /// <exception cref="FathomException">llama.cpp has no such architecture.</exception>
    public static GgufFamily Of(string family, string location) =>
        Array.Find(All, known => known.Families.Contains(family))
        ?? throw new FathomException($"{location}: llama.cpp has no architecture for {family} models, so there is no GGUF form of it; families it knows are {string.Join(", ", All.SelectMany(known => known.Families).Where(name => !name.Any(char.IsAsciiLetterUpper)).Order(StringComparer.Ordinal))}");
}
