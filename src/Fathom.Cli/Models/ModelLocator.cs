using Fathom.Formats.Hub;

namespace Fathom.Cli.Models;

/// <summary>
/// Finds what MODEL names: a folder or file as it is, else <c>org/name[@revision]</c> in the Hugging Face cache of this machine
/// (<c>HF_HUB_CACHE</c>, <c>HF_HOME/hub</c> or <c>~/.cache/huggingface/hub</c>). Nothing is downloaded: that is <c>fathom model pull</c>.
/// </summary>
internal static class ModelLocator
{
    private static readonly string[] Weights = [".safetensors", ".gguf", ".bin", ".pt", ".pth"];

    /// <summary>Path of a folder or a <c>.gguf</c> file.</summary>
    /// <param name="model">What MODEL says.</param>
    /// <param name="whole">Whether weights are needed: other programs leave snapshots with nothing but a configuration or a tokenizer.</param>
    /// <exception cref="FathomException">Neither a path nor a cached model, or one without weights.</exception>
    public static string Find(string model, bool whole = true)
    {
        if (Directory.Exists(model) || File.Exists(model)) return model;
        if (HubModelName.TryParse(model, out var name))
        {
            var snapshot = new HubCache(HubSettings.FromEnvironment().CacheFolder).Find(name);
            return !whole || Directory.EnumerateFiles(snapshot).Any(path => Weights.Contains(Path.GetExtension(path).ToLowerInvariant(), StringComparer.Ordinal))
                ? snapshot
                : throw new FathomException($"{model}: the cache has no weights of it, only {string.Join(", ", Directory.EnumerateFiles(snapshot).Select(Path.GetFileName).Order(StringComparer.Ordinal).Take(4))}; complete it with: fathom model pull {model}");
        }

        throw new FathomException($"{model}: no such file or folder; name a model folder, a .gguf file or a cached hub model (org/name)");
    }
}
