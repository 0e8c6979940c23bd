using Fathom.Models.Architectures;

namespace Fathom.Training.Recipes;

/// <summary>The head of a classifier.</summary>
public sealed record ClassifierRecipe
{
    /// <summary>What the head reads: <c>last</c> (default), the last token's state, or <c>mean</c>, the mean over all tokens.</summary>
    public ClassPooling Pooling { get; init; }

    /// <summary>Whether every text gets the model's end token, in training and when it is classified. Default false.</summary>
    public bool EndToken { get; init; }
}
