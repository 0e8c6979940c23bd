namespace Fathom.Models.Encoders.Sentences;

/// <summary>One text's vector.</summary>
/// <param name="Vector">The vector.</param>
/// <param name="Tokens">How many tokens went in.</param>
/// <param name="Truncated">Whether the text was longer and was cut.</param>
public sealed record SentenceEmbedding(float[] Vector, int Tokens, bool Truncated);
