namespace Fathom.Insight.Evaluation;

/// <summary>Classes a model may know, and classes kept from it.</summary>
/// <param name="Known">In-distribution classes; their places are their label ids.</param>
/// <param name="Unknown">The others, in the order of the whole list.</param>
public sealed record ClassSplit(IReadOnlyList<string> Known, IReadOnlyList<string> Unknown);
