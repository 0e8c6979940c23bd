using Fathom.Models.Adapters;

namespace Fathom.Cli.Models;

/// <summary>Finds model and adapter where MODEL may be the folder of an adapter, which names its model itself.</summary>
internal static class AdapterLocator
{
    /// <summary>Paths of the model and of its adapter, where there is one.</summary>
    /// <param name="model">What MODEL says.</param>
    /// <param name="adapter">What <c>--adapter</c> says.</param>
    /// <exception cref="FathomException">There is no such model, or the adapter does not name one that is here.</exception>
    public static (string Model, string? Adapter) Resolve(string model, string? adapter)
    {
        var path = ModelLocator.Find(model);
        if (adapter is not null || !AdapterBase.IsAdapter(path)) return (ModelLocator.Find(model), adapter);
        var named = AdapterBase.Of(path);
        var beside = Path.GetFullPath(Path.Combine(path, named));
        if (Directory.Exists(beside) || File.Exists(beside)) return (beside, path);
        try
        {
            return (ModelLocator.Find(named), path);
        }
        catch (FathomException failure)
        {
            throw new FathomException($"{path}: is an adapter of '{named}', which is not here ({failure.Message}); give the model as MODEL and this folder as --adapter", failure);
        }
    }
}
