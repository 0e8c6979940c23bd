namespace Fathom.Training.Recipes;

/// <summary>How vectors of texts are learnt.</summary>
public sealed record EmbeddingRecipe
{
    /// <summary>What cosine similarities are divided by. Default 0.05.</summary>
    public double Temperature { get; init; } = 0.05;
}
