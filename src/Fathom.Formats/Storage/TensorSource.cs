namespace Fathom.Formats;

internal static class TensorSource
{
    public static FathomException Missing(ITensorSource source, string name) => new(
        $"{source.Location}: has no tensor {FileErrors.Quote(name)}; its {source.Names.Count} tensors are {FileErrors.List(source.Names)}");
}
