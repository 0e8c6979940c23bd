namespace Fathom.Training;

/// <summary>A question with the answer it should get.</summary>
/// <param name="Prompt">The prompt, exactly.</param>
/// <param name="Answer">The right answer, as the text shows it.</param>
public sealed record Problem(string Prompt, string Answer);
