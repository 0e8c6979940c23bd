namespace Fathom.Models.Tests;

/// <summary>The little models with reference values under tests/golden/hf.</summary>
internal static class TinyModels
{
    public static readonly string[] LlamaForm =
    [
        "llama", "llama-gqa-tied", "llama-head-dim", "llama-bias", "llama3-rope", "llama-linear-rope", "llama-dynamic-rope",
        "llama-yarn-rope", "mistral-sliding",
    ];

    public static readonly string[] OtherForms = ["qwen2", "qwen2-sliding", "qwen3", "smollm3"];

    public static IEnumerable<string> All => [.. LlamaForm, .. OtherForms];

    public static string Folder(string name) => SharedFolder.Golden(Path.Combine("hf", name));

    public static string Golden(string name) => Path.Combine(Folder(name), "golden.safetensors");

    public static LanguageModel Load(string name, string config = "config.json", Tensors.Device? device = null) =>
        LanguageModel.Load(Folder(name), new LoadOptions { ConfigFile = config, Device = device, Threads = device is null ? 1 : null });
}
