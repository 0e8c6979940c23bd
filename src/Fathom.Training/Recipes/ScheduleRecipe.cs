namespace Fathom.Training.Recipes;

/// <summary>How the learning rate goes.</summary>
public sealed record ScheduleRecipe
{
    // 0.29 of 100 steps are 28.999… in double.
    private const double RoundingRoom = 1e-9;

    /// <summary>After the warm-up: <c>constant</c>, <c>linear</c> or <c>cosine</c> (default).</summary>
    public ScheduleKind Kind { get; init; } = ScheduleKind.Cosine;

    /// <summary>Steps of warm-up from 0. Default 0.</summary>
    public int WarmUp { get; init; }

    /// <summary>Steps of warm-up as a share of all steps, rounded down; instead of <see cref="WarmUp"/>.</summary>
    public double? WarmUpShare { get; init; }

    /// <summary>Steps of warm-up in a run of <paramref name="steps"/> steps.</summary>
    public int WarmUpOf(int steps) => WarmUpShare is { } share ? (int)Math.Floor(share * steps + RoundingRoom) : WarmUp;

    /// <summary>Share of the largest rate that is left at the end. Default 0.</summary>
    public double Floor { get; init; }
}
