namespace Fathom.Training;

/// <summary>Checks of learning rates.</summary>
internal static class LearningRate
{
    /// <summary>Refuses what is no rate.</summary>
    public static void Check(double rate)
    {
        if (!(rate >= 0) || double.IsInfinity(rate)) throw new FathomException($"the learning rate must be a number of at least 0, not {rate}");
    }
}
