namespace Fathom.Cli.Quickstart;

/// <summary>The model and texts that ship beside the tool.</summary>
internal static class QuickstartFiles
{
    /// <summary>Folder of the model of this project's own training.</summary>
    /// <exception cref="FathomException">The tool was copied without it.</exception>
    public static string Model => Shipped(Path.Combine("arithmetic", "config.json"), isFolder: true);

    /// <summary>A file of texts of another kind than the model knows.</summary>
    /// <exception cref="FathomException">The tool was copied without it.</exception>
    public static string FarSet(string name) => Shipped(Path.Combine("data", name + ".jsonl"), isFolder: false);

    private static string Shipped(string name, bool isFolder)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "quickstart", name);
        if (!File.Exists(path)) throw new FathomException($"{path}: is missing: the tool was copied without the folder 'quickstart' that belongs beside it; install or build it again, or name a model with --model");
        return isFolder ? Path.GetDirectoryName(path)! : path;
    }
}
