using System.Text.RegularExpressions;

namespace Fathom.Cli.Models;

/// <summary>
/// Finds what MODEL names: a folder or file as it is, else <c>org/name[@revision]</c> in the Hugging Face cache of this machine
/// (<c>HF_HUB_CACHE</c>, <c>HF_HOME/hub</c> or <c>~/.cache/huggingface/hub</c>). Nothing is downloaded.
/// </summary>
internal static partial class ModelLocator
{
    /// <summary>Path of a folder or a <c>.gguf</c> file.</summary>
    /// <exception cref="FathomException">Neither a path nor a cached model.</exception>
    public static string Find(string model)
    {
        if (Directory.Exists(model) || File.Exists(model))
        {
            return model;
        }

        var match = HubName().Match(model);
        if (!match.Success)
        {
            throw new FathomException($"{model}: no such file or folder; name a model folder, a .gguf file or a cached hub model (org/name)");
        }

        var cache = CacheFolder();
        var repository = Path.Combine(cache, $"models--{match.Groups["org"].Value}--{match.Groups["name"].Value}");
        if (!Directory.Exists(repository))
        {
            throw new FathomException($"{model}: neither a path nor a model in the cache {cache}; download it there, or name its folder");
        }

        var revision = match.Groups["revision"].Success ? match.Groups["revision"].Value : "main";
        var reference = Path.Combine(repository, "refs", revision);
        var commit = File.Exists(reference) ? File.ReadAllText(reference).Trim() : revision;
        var snapshot = Path.Combine(repository, "snapshots", commit);
        if (!Directory.Exists(snapshot))
        {
            throw new FathomException($"{model}: revision '{revision}' is not in the cache {repository}; download it, or name another (@revision)");
        }

        return snapshot;
    }

    private static string CacheFolder()
    {
        if (Environment.GetEnvironmentVariable("HF_HUB_CACHE") is { Length: > 0 } named)
        {
            return named;
        }

        var home = Environment.GetEnvironmentVariable("HF_HOME") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "huggingface");
        return Path.Combine(home, "hub");
    }

    // Names of the hub start with a letter or digit and hold no "..": nothing can lead out of the cache.
    [GeneratedRegex(@"^(?<org>[A-Za-z0-9][\w\-]*(\.[\w\-]+)*)/(?<name>[A-Za-z0-9][\w\-]*(\.[\w\-]+)*)(@(?<revision>[A-Za-z0-9][\w\-]*(\.[\w\-]+)*))?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HubName();
}
