namespace Fathom.Training.Recipes;

/// <summary>Where the tokenizer of a model from scratch comes from.</summary>
public sealed record TokenizerRecipe
{
    /// <summary>A folder or tokenizer.json.</summary>
    public string? Path { get; init; }

    /// <summary>Train a byte-level BPE on the training texts.</summary>
    public TokenizerTrainingRecipe? Train { get; init; }
}
