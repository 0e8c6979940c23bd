namespace Fathom.Insight.Metrics;

/// <summary>What one sample did to a <see cref="DriftMonitor"/>.</summary>
/// <param name="PValue">Its p-value among all scores before it: uniform on (0, 1] while nothing has moved; small = a high score.</param>
/// <param name="LogCapital">Natural logarithm of the capital after it.</param>
/// <param name="IsAlarm">Whether the alarm has been raised, by this sample or an earlier one.</param>
public readonly record struct DriftStep(double PValue, double LogCapital, bool IsAlarm);
