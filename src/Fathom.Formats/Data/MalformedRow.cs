namespace Fathom.Formats;

/// <summary>A row that was left out because it could not be read.</summary>
/// <param name="File">The file.</param>
/// <param name="LineNumber">Its line, from 1.</param>
/// <param name="Problem">What is wrong with it.</param>
public sealed record MalformedRow(string File, long LineNumber, string Problem);
