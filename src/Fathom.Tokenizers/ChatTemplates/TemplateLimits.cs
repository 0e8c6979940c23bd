namespace Fathom.Tokenizers.ChatTemplates;

/// <summary>What one rendering may use. A template comes from a file somebody else wrote: it is stopped, with an error that says so, at these bounds.</summary>
public sealed record TemplateLimits
{
    /// <summary>The defaults: about half a second of work and 32 Mi characters of text.</summary>
    public static TemplateLimits Default { get; } = new();

    /// <summary>Steps of the interpreter: an evaluated expression or a passage through a loop is one, long texts and lists count by their length. Default 4 million.</summary>
    public long MaxSteps { get; init; } = 4_000_000;

    /// <summary>UTF-16 code units and list elements made in total, intermediate values included. Default 32 Mi.</summary>
    public long MaxAllocatedUnits { get; init; } = 32 << 20;

    /// <summary>How deep macros, recursive loops and blocks may call each other. Default 200.</summary>
    public int MaxCallDepth { get; init; } = 200;
}
