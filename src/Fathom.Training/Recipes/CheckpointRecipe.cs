namespace Fathom.Training.Recipes;

/// <summary>What to keep meanwhile.</summary>
public sealed record CheckpointRecipe
{
    /// <summary>Steps between checkpoints. Default 100.</summary>
    public int Every { get; init; } = 100;

    /// <summary>How many of the last to keep, beside the best. Default 2.</summary>
    public int Keep { get; init; } = 2;
}
