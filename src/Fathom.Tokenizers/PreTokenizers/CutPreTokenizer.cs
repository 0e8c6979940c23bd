using Fathom.Tokenizers.Patterns;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.PreTokenizers;

/// <summary>Cuts at the borders of a pattern's matches and keeps all pieces.</summary>
internal sealed class CutPreTokenizer(Pattern pattern) : IPreTokenizer
{
    /// <inheritdoc/>
    public bool WorksInParts => !pattern.LooksLeft;

    /// <inheritdoc/>
    public bool OnlyCuts => true;

    /// <inheritdoc/>
    public bool NeedsSource => false;

    /// <inheritdoc/>
    public void Apply(PieceText text) => pattern.CutAll(text);
}
