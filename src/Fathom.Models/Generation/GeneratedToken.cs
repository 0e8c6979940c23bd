namespace Fathom.Models.Generation;

/// <summary>One token as it comes.</summary>
/// <param name="Index">Place of the prompt in the call, from 0.</param>
/// <param name="Id">The token.</param>
/// <param name="Text">Text that is certain now (never half a character, never the beginning of a stop string); may be empty.</param>
/// <param name="LogProbability">Natural log-probability under the model's own distribution (temperature 1, nothing filtered).</param>
/// <param name="Entropy">Entropy of that distribution in nats.</param>
/// <param name="MaxProbability">Largest probability of that distribution.</param>
/// <param name="Finish">Why the continuation ends with this token, if it does.</param>
public readonly record struct GeneratedToken(int Index, int Id, string Text, double LogProbability, double Entropy, double MaxProbability, FinishReason? Finish);
