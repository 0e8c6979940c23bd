namespace Fathom.Tokenizers.Tests;

/// <summary>One of the hard strings.</summary>
internal sealed record GoldenString(int Id, string Text);
