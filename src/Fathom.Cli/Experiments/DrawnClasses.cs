namespace Fathom.Cli.Experiments;

/// <summary>Half of the classes are known, drawn by the seed as LLM-OOD draws them; the others are out of distribution.</summary>
public sealed record DrawnClasses
{
    /// <summary>JSON file of an object: name of a group to the list of its classes. Default: all labels, in the order of the training file.</summary>
    public string? File { get; init; }

    /// <summary>The group of the file.</summary>
    public string? Group { get; init; }
}
