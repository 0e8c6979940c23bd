namespace Fathom.Training;

/// <summary>Learning rates by step: a linear warm-up from 0, then constant, linear or cosine down to a share of the peak.</summary>
/// <param name="Kind">How it goes on after the warm-up.</param>
/// <param name="Peak">The largest rate; positive.</param>
/// <param name="Steps">Number of steps.</param>
/// <param name="WarmUp">Steps of warm-up, fewer than <paramref name="Steps"/>.</param>
/// <param name="Floor">Share of the peak that is left at the end, in [0, 1].</param>
public sealed record Schedule(ScheduleKind Kind, double Peak, int Steps, int WarmUp = 0, double Floor = 0)
{
    /// <summary>The rate of a step, counted from 0 (the same as transformers' schedules: rate 0 at step 0 where there is a warm-up).</summary>
    /// <exception cref="FathomException">A setting is out of its range.</exception>
    public double Rate(int step)
    {
        if (!(Peak > 0) || double.IsInfinity(Peak)) throw new FathomException($"the learning rate must be a positive number, not {Peak}");
        if (Steps < 1 || WarmUp < 0 || WarmUp >= Steps) throw new FathomException($"a schedule of {Steps} steps cannot have {WarmUp} of warm-up");
        if (!(Floor is >= 0 and <= 1)) throw new FathomException($"the floor must be a share in [0, 1], not {Floor}");
        if (step < WarmUp) return Peak * step / WarmUp;
        var done = Math.Min(1.0, (double)(step - WarmUp) / (Steps - WarmUp));
        var share = Kind switch
        {
            ScheduleKind.Constant => 1,
            ScheduleKind.Linear => 1 - done,
            ScheduleKind.Cosine => 0.5 * (1 + Math.Cos(Math.PI * done)),
            _ => throw new FathomException($"unknown schedule {Kind}"),
        };
        return Kind == ScheduleKind.Constant ? Peak : Peak * (Floor + (1 - Floor) * share);
    }
}
