namespace Fathom.Tokenizers.Models;

/// <summary>One place of a <see cref="PrefixIndex"/>.</summary>
/// <param name="Base">Where the children lie: the child by byte b at <c>Base ^ b</c>.</param>
/// <param name="Parent">The node this is a child of; -1 for the root and for free places.</param>
/// <param name="Id">The token that ends here, or -1.</param>
internal readonly record struct TrieCell(int Base, int Parent, int Id);
