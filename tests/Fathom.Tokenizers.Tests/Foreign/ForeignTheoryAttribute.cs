namespace Fathom.Tokenizers.Tests.Foreign;

/// <summary>A theory over <see cref="ForeignFiles"/>, skipped where they or the golden files are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ForeignTheoryAttribute : TheoryAttribute
{
    public ForeignTheoryAttribute() => Skip = ForeignFiles.Skip;
}
