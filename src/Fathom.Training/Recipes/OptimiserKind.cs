namespace Fathom.Training.Recipes;

/// <summary>Optimisers by name.</summary>
public enum OptimiserKind
{
    /// <summary><see cref="AdamW"/>.</summary>
    Adamw,

    /// <summary><see cref="Fathom.Training.Sgd"/>.</summary>
    Sgd,
}
