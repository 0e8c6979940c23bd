namespace Fathom.Training.Recipes;

/// <summary>How the final model is stored.</summary>
public sealed record SaveRecipe
{
    /// <summary><c>fp32</c> (default) or <c>bf16</c>.</summary>
    public WeightPrecision Precision { get; init; }

    /// <summary>Whether an adapter's run also stores the model with the updates added. Default true; false leaves the adapter alone, which is far smaller.</summary>
    public bool Merged { get; init; } = true;

    /// <summary>Whether the model of the best evaluation is stored instead of the last one. Default false.</summary>
    public bool Best { get; init; }
}
