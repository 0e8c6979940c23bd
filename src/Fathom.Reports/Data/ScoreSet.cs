namespace Fathom.Reports;

/// <summary>Scores that one detector gave to the questions of one set; higher means more out of distribution.</summary>
/// <param name="Name">Name of the set.</param>
/// <param name="Scores">One score a question, in any order; values that are not finite are left out of pictures and counted aloud.</param>
public sealed record ScoreSet(string Name, IReadOnlyList<double> Scores);
