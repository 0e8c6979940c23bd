namespace Fathom.Training;

/// <summary>A prompt with the label that is to follow it.</summary>
/// <param name="Prompt">The prompt's tokens, at least one.</param>
/// <param name="Answer">The label's tokens as they follow the prompt.</param>
/// <param name="Label">The label, without blanks around it.</param>
public sealed record LabelProblem(int[] Prompt, int[] Answer, string Label);
