namespace Fathom.Models.Tests;

/// <summary>The little models with reference values under tests/golden/hf.</summary>
internal static class TinyModels
{
    public static readonly string[] LlamaForm =
    [
        "llama", "llama-gqa-tied", "llama-head-dim", "llama-bias", "llama3-rope", "llama-linear-rope", "llama-dynamic-rope",
        "llama-yarn-rope", "mistral-sliding",
    ];

    public static readonly string[] OtherForms = ["qwen2", "qwen2-sliding", "qwen3", "smollm3", "gpt2", "gemma2", "opt-350m", "falcon-rw"];

    /// <summary>Those that are not under tests/golden but in the shared folder, which may be absent.</summary>
    public static readonly string[] SharedForms =
    [
        "gpt2-inverse-layer", "cerebras-gpt", "gemma", "gemma3-text", "phi3", "phi3-longrope", "opt", "gpt_neox", "gpt_neox-sequential", "olmo2",
        "granite", "stablelm", "stablelm-parallel", "cohere", "falcon-7b", "falcon-40b", "mixtral", "qwen3_moe",
    ];

    public static IEnumerable<string> All => [.. LlamaForm, .. OtherForms];

    public static string Folder(string name)
    {
        var path = Path.Combine("hf", name);
        return Directory.Exists(SharedFolder.Golden(path)) ? SharedFolder.Golden(path) : SharedFolder.Path(Path.Combine("golden", path));
    }

    public static string Golden(string name) => Path.Combine(Folder(name), "golden.safetensors");

    public static LanguageModel Load(string name, string config = "config.json", Tensors.Device? device = null) =>
        LanguageModel.Load(Folder(name), new LoadOptions { ConfigFile = config, Device = device, Threads = device is null ? 1 : null });
}
