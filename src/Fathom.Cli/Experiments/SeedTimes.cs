namespace Fathom.Cli.Experiments;

/// <summary>How long the parts of a repetition took.</summary>
/// <param name="TeachSeconds">Teaching the model in this process; 0 where it was not taught.</param>
/// <param name="FitSeconds">Fitting and calibrating all detectors.</param>
/// <param name="ScoreMilliseconds">Scoring one sample, by detector: the median over test samples.</param>
internal sealed record SeedTimes(double TeachSeconds, double FitSeconds, IReadOnlyDictionary<string, double> ScoreMilliseconds);
