namespace Fathom.Tokenizers;

/// <summary>A token that is looked for in the text itself, before the model sees the rest.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">The text that is looked for.</param>
/// <param name="Special">Whether it is a control token: left out when decoding without special tokens.</param>
/// <param name="SingleWord">Whether it counts only where no word character touches it.</param>
/// <param name="StripLeft">Whether white space before it belongs to it.</param>
/// <param name="StripRight">Whether white space behind it belongs to it.</param>
/// <param name="Normalized">Whether it is looked for in the normalised text, in its own normalised form.</param>
public sealed record AddedToken(int Id, string Content, bool Special = false, bool SingleWord = false, bool StripLeft = false, bool StripRight = false, bool Normalized = false);
