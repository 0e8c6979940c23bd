namespace Fathom.Training;

/// <summary>Turns gradients into a step, then clears them.</summary>
public interface IOptimiser : IDisposable
{
    /// <summary>Steps taken.</summary>
    int Steps { get; }

    /// <summary>What it remembers of each parameter, to be saved and filled again; empty for an optimiser without memory.</summary>
    IReadOnlyList<OptimiserMoment> Moments { get; }

    /// <summary>Says how many steps the moments, filled from a file, have behind them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    void Restore(int steps);

    /// <summary>One step at a learning rate; gradients are zero afterwards.</summary>
    /// <exception cref="FathomException">The rate is negative or not a number.</exception>
    void Step(double rate);
}
