namespace Fathom.Models.Adapters;

/// <summary>What an adapter's folder says of the model it belongs to.</summary>
public static class AdapterBase
{
    /// <summary>Whether a folder holds an adapter and no model.</summary>
    public static bool IsAdapter(string folder) =>
        File.Exists(Path.Combine(folder, PeftConfig.FileName)) && !File.Exists(Path.Combine(folder, "config.json"));

    /// <summary>The model's path, seen from the folder, or its name on the hub.</summary>
    /// <exception cref="FathomException">The configuration cannot be read or names no model.</exception>
    public static string Of(string folder)
    {
        var path = Path.Combine(folder, PeftConfig.FileName);
        return PeftConfig.Load(path).Options.BaseModel is { Length: > 0 } named
            ? named
            : throw new FathomException($"{path}: does not say which model it belongs to (base_model_name_or_path)");
    }

    /// <summary>What an adapter is; whether it fits its model shows when it is loaded with it.</summary>
    /// <exception cref="FathomException">It is no adapter, or one that is not supported.</exception>
    public static AdapterDescription Describe(string folder)
    {
        using var adapter = AdapterFolder.Open(folder);
        var options = adapter.Options;
        var tensors = adapter.Tensors;
        return new AdapterDescription(
            options.BaseModel, options.Rank, options.Alpha, options.RankStabilised, options.TargetPattern is { } pattern ? [pattern] : [.. options.TargetModules],
            tensors.Count, tensors.Sum(tensor => tensor.ElementCount), tensors.Sum(tensor => tensor.ByteLength), adapter.Warnings);
    }
}
