namespace Fathom.Training.Recipes;

/// <summary>How gradients become steps.</summary>
public sealed record OptimiserRecipe
{
    /// <summary>Which: <c>adamw</c> (default) or <c>sgd</c>.</summary>
    public OptimiserKind Kind { get; init; }

    /// <summary>Largest learning rate. Default 0.001.</summary>
    public double Rate { get; init; } = 1e-3;

    /// <summary>Decays of AdamW's two moments. Default 0.9 and 0.999.</summary>
    public IReadOnlyList<double> Betas { get; init; } = [0.9, 0.999];

    /// <summary>Added to the root of AdamW's second moment. Default 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Decoupled decay of matrices; norms and biases are left alone. Default 0.</summary>
    public double WeightDecay { get; init; }
}
