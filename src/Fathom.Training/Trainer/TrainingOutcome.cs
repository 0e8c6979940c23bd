namespace Fathom.Training;

/// <summary>How a run ended.</summary>
/// <param name="Steps">Steps done.</param>
/// <param name="EndedEarly">Whether the early stop ended it.</param>
/// <param name="BestStep">Step with the best value of the watched metric; 0 without evaluations.</param>
/// <param name="BestValue">That value.</param>
/// <param name="Watched">Name of that metric.</param>
/// <param name="ModelFolder">Where the final model is; null where an adapter alone was stored.</param>
public sealed record TrainingOutcome(int Steps, bool EndedEarly, int BestStep, double? BestValue, string? Watched, string? ModelFolder);
