using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.PreTokenizers;

/// <summary>Cuts pieces into smaller ones before the model sees them, and may change their characters. Stateless.</summary>
internal interface IPreTokenizer
{
    /// <summary>Whether characters stay as they are, so that only cuts are made.</summary>
    bool OnlyCuts { get; }

    /// <summary>Whether the outcome depends on source positions, which then must be tracked.</summary>
    bool NeedsSource { get; }

    /// <summary>
    /// Whether a text may be cut at a piece that begins with a single space between two ASCII letters, both parts being cut as they would together.
    /// </summary>
    bool WorksInParts { get; }

    /// <summary>Applies the step to all pieces that are not tokens yet.</summary>
    void Apply(PieceText text);
}
