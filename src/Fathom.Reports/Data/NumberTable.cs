namespace Fathom.Reports;

/// <summary>A small table of numbers with a heading and an explanation.</summary>
/// <param name="Title">Heading.</param>
/// <param name="Caption">What the numbers mean, a sentence or two.</param>
/// <param name="Columns">Names of the columns, the first that of the rows' names.</param>
/// <param name="Rows">Rows, each with a cell for every column, already formatted.</param>
public sealed record NumberTable(string Title, string Caption, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);
