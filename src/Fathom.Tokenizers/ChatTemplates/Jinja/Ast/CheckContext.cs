namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>Where a node stands: under a condition an unknown filter is an error only when it is reached; loop controls need a loop of the same function.</summary>
internal readonly record struct CheckContext(bool Conditional, bool InLoop)
{
    /// <summary>A new scope within the same function.</summary>
    public CheckContext Inner() => this with { Conditional = false };

    /// <summary>The body of a macro, call, block or generation tag.</summary>
    public static CheckContext Function => default;
}
