namespace Fathom.Reports.Charts;

/// <summary>One entry of a legend.</summary>
/// <param name="Name">What is written.</param>
/// <param name="Class">CSS class that colours the mark, as in the chart.</param>
public sealed record LegendItem(string Name, string Class);
