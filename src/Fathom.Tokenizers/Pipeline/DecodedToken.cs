namespace Fathom.Tokenizers.Pipeline;

/// <summary>What an id stands for.</summary>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Skipped">Whether it is left out where special tokens are.</param>
internal sealed record DecodedToken(byte[] Bytes, bool Skipped);
