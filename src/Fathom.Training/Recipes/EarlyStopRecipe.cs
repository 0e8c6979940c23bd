namespace Fathom.Training.Recipes;

/// <summary>When to end before the last step.</summary>
public sealed record EarlyStopRecipe
{
    /// <summary>The metric that is watched, such as <c>validation_loss</c>; default: the first that is measured.</summary>
    public string? Metric { get; init; }

    /// <summary>Evaluations without a better value after which to end. Default 3.</summary>
    public int Patience { get; init; } = 3;

    /// <summary>Passes through the data before which the run does not end. Default 0.</summary>
    public int NotBeforeEpoch { get; init; }

    /// <summary>How much better a value must be to count. Default 0.</summary>
    public double MinimumChange { get; init; }
}
