namespace Fathom.Tokenizers;

/// <summary>A special token.</summary>
/// <param name="Text">Its string, as chat templates use it.</param>
/// <param name="Id">Its id.</param>
public sealed record SpecialToken(string Text, int Id);
