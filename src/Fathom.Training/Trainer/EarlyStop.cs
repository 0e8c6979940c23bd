namespace Fathom.Training;

/// <summary>When to end before the last step.</summary>
/// <param name="Patience">Evaluations without a better value after which to end; at least 1.</param>
/// <param name="MinimumChange">How much better a value must be to count.</param>
/// <param name="NotBeforeEpoch">Passes through the data before which the run does not end.</param>
public sealed record EarlyStop(int Patience, double MinimumChange = 0, int NotBeforeEpoch = 0);
