using Fathom.Formats.Hub;

namespace Fathom.Cli.Models;

/// <summary>What people call a model by where it lies.</summary>
internal static class ModelName
{
    /// <summary>Its name on the hub where it is of the cache, whose folders are named after commits; else the name of its folder or file.</summary>
    public static string Of(string path) => HubCache.NameOf(path) ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
}
