namespace Fathom.Training;

/// <summary>Turns gradients into a step, then clears them.</summary>
public interface IOptimiser : IDisposable
{
    /// <summary>Steps taken.</summary>
    int Steps { get; }

    /// <summary>One step at a learning rate; gradients are zero afterwards.</summary>
    /// <exception cref="FathomException">The rate is negative or not a number.</exception>
    void Step(double rate);
}
