namespace Fathom.Reasoning.WordProblems;

/// <summary>An arithmetic word problem with its worked answer.</summary>
/// <param name="Question">The question, one line.</param>
/// <param name="Solution">Every step as an equation, then <c>The answer is N.</c></param>
/// <param name="Answer">The number asked for.</param>
/// <param name="Family">The kind of problem, for example <c>gain_loss</c>.</param>
/// <param name="Steps">Number of operations.</param>
public sealed record WordProblem(string Question, string Solution, int Answer, string Family, int Steps);
