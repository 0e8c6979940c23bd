namespace Fathom.Cli.Experiments;

/// <summary>What the model is taught before it is looked into: a training recipe on the rows of the seed.</summary>
public sealed record FineTuning
{
    /// <summary>The training recipe; a path from where the command runs.</summary>
    public string Recipe { get; init; } = "";

    /// <summary>Values above the recipe's, such as <c>optimiser.rate=3e-4</c>.</summary>
    public IReadOnlyList<string> Set { get; init; } = [];

    /// <summary>What is learnt after the experiment's own prompt, such as <c>{label}</c>; empty for a classifier, which learns no text. It makes the recipe's <c>data.template</c>; default: the recipe's own.</summary>
    public string? Answer { get; init; }

    /// <summary>Keys of the recipe that get the seed. Default <c>seed</c>.</summary>
    public IReadOnlyList<string> Seeded { get; init; } = ["seed"];
}
