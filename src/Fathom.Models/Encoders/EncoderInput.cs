namespace Fathom.Models.Encoders;

/// <summary>One sequence for an encoder; no padding.</summary>
/// <param name="Tokens">Token ids, special ones included.</param>
/// <param name="TokenTypes">Segment of each token; empty: 0 for all.</param>
public readonly record struct EncoderInput(ReadOnlyMemory<int> Tokens, ReadOnlyMemory<int> TokenTypes = default);
