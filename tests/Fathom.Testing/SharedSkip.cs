namespace Fathom.Testing;

internal static class SharedSkip
{
    public static string? ReasonFor(string[] needs)
    {
        foreach (var need in needs)
        {
            if (SharedFolder.TryPath(need) is null)
            {
                return SharedFolder.Root is null
                    ? $"no shared folder on this machine (set FATHOM_SHARED); it would hold '{need}'"
                    : $"'{need}' is not in {SharedFolder.Root}";
            }
        }

        return null;
    }
}
