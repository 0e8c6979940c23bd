namespace Fathom.Models.Running;

/// <summary>The next tokens of one sequence.</summary>
/// <param name="Sequence">The sequence; no other segment of the pass has it.</param>
/// <param name="Tokens">At least one token.</param>
/// <param name="DropoutPass">Which stochastic pass the sequence belongs to, where there is dropout.</param>
internal readonly record struct PassSegment(TokenSequence Sequence, ReadOnlyMemory<int> Tokens, uint DropoutPass = 0);
