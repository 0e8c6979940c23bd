using Fathom.Formats.Hub;

namespace Fathom.Cli.Models;

/// <summary>
/// Finds what MODEL names: a folder or file as it is, else <c>org/name[@revision]</c> in the Hugging Face cache of this machine
/// (<c>HF_HUB_CACHE</c>, <c>HF_HOME/hub</c> or <c>~/.cache/huggingface/hub</c>). Nothing is downloaded: that is <c>fathom model pull</c>.
/// </summary>
internal static class ModelLocator
{
    /// <summary>Path of a folder or a <c>.gguf</c> file.</summary>
    /// <exception cref="FathomException">Neither a path nor a cached model.</exception>
    public static string Find(string model)
    {
        if (Directory.Exists(model) || File.Exists(model)) return model;
        return HubModelName.TryParse(model, out var name)
            ? new HubCache(HubSettings.FromEnvironment().CacheFolder).Find(name)
            : throw new FathomException($"{model}: no such file or folder; name a model folder, a .gguf file or a cached hub model (org/name)");
    }
}
