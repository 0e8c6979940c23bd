namespace Fathom.Tokenizers;

/// <summary>One token of a text.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Value">Its string, as the vocabulary writes it; an added token's is the text it was found in.</param>
/// <param name="Offset">The part of the text it stands for, in UTF-16 code units (a range of the C# string); empty for tokens put in.</param>
public readonly record struct EncodedToken(int Id, string Value, Range Offset);
