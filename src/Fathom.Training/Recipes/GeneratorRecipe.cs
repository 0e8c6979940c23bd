namespace Fathom.Training.Recipes;

/// <summary>Problems made by a generator of this project.</summary>
public sealed record GeneratorRecipe
{
    /// <summary>Which generator: <c>word_problems</c>.</summary>
    public string Kind { get; init; } = "word_problems";

    /// <summary>How many problems.</summary>
    public int Count { get; init; } = 1000;

    /// <summary>Seed of the sequence.</summary>
    public int Seed { get; init; }

    /// <summary>Smallest number of operations. Default 1.</summary>
    public int MinSteps { get; init; } = 1;

    /// <summary>Largest number of operations. Default 2.</summary>
    public int MaxSteps { get; init; } = 2;

    /// <summary>Smallest number in a question. Default 2.</summary>
    public int MinNumber { get; init; } = 2;

    /// <summary>Largest number in a question. Default 50.</summary>
    public int MaxNumber { get; init; } = 50;

    /// <summary>Largest factor. Default 9.</summary>
    public int MaxFactor { get; init; } = 9;

    /// <summary>Wordings: <c>usual</c> or <c>held_out</c>.</summary>
    public string Style { get; init; } = "usual";

    /// <summary>Combinations of numbers: <c>all</c>, <c>training</c> or <c>held_out</c>.</summary>
    public string Part { get; init; } = "all";
}
