namespace Fathom.Training.Recipes;

/// <summary>How the learning rate goes.</summary>
public sealed record ScheduleRecipe
{
    /// <summary>After the warm-up: <c>constant</c>, <c>linear</c> or <c>cosine</c> (default).</summary>
    public ScheduleKind Kind { get; init; } = ScheduleKind.Cosine;

    /// <summary>Steps of warm-up from 0. Default 0.</summary>
    public int WarmUp { get; init; }

    /// <summary>Share of the largest rate that is left at the end. Default 0.</summary>
    public double Floor { get; init; }
}
