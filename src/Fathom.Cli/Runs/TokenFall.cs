namespace Fathom.Cli.Runs;

/// <summary>How much a score falls without some tokens of the text.</summary>
/// <param name="Start">Where they begin in the text, in UTF-16 code units.</param>
/// <param name="End">Where they end.</param>
/// <param name="Text">That part of the text.</param>
/// <param name="Fall">Score of the whole minus score without: positive where they make it stranger.</param>
internal sealed record TokenFall(int Start, int End, string Text, double Fall);
