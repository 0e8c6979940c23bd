using Fathom.Models.Encoders;

namespace Fathom.Models.Tests.Encoders;

/// <summary>The little encoders with reference values: some beside the tests, the rest in the shared folder.</summary>
internal static class EncoderModels
{
    /// <summary>Those under tests/golden/encoders, their reference values without gradients.</summary>
    public static readonly string[] Kept = ["bert", "roberta", "deberta", "deberta-v3"];

    public static string Folder(string name) =>
        Directory.Exists(SharedFolder.Golden(Path.Combine("encoders", name))) ? SharedFolder.Golden(Path.Combine("encoders", name)) : SharedFolder.Path($"golden/hf/{name}");

    public static string Golden(string name) => Path.Combine(Folder(name), "golden.safetensors");

    public static TextEncoder Load(string name, string config = "config.json", Tensors.Device? device = null) =>
        TextEncoder.Load(Folder(name), new LoadOptions { ConfigFile = config, Device = device, Threads = device is null ? 1 : null });
}
