namespace Fathom.Formats;

/// <summary>The verdict on one file of a model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Format">What it is.</param>
/// <param name="Danger">What opening it could do.</param>
/// <param name="Findings">Why: names that a pickle asks for, or the rule that is broken.</param>
public sealed record FileVerdict(string Name, string Format, FileDanger Danger, IReadOnlyList<string> Findings);
