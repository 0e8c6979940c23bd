namespace Fathom.Testing;

/// <summary>A theory that needs files of the shared folder; skipped, with the reason printed, where they are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedTheoryAttribute : TheoryAttribute
{
    /// <summary>Names the files or folders, relative to the shared folder, that the test needs.</summary>
    public SharedTheoryAttribute(params string[] needs) => Skip = SharedSkip.ReasonFor(needs);
}
