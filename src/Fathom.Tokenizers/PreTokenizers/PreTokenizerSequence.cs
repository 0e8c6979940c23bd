using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.PreTokenizers;

/// <summary>Several pre-tokenizers one after the other.</summary>
internal sealed class PreTokenizerSequence : IPreTokenizer
{
    /// <summary>Creates the sequence; sequences within are laid flat.</summary>
    public PreTokenizerSequence(IEnumerable<IPreTokenizer> steps) =>
        Steps = [.. steps.SelectMany(s => s is PreTokenizerSequence inner ? inner.Steps : [s])];

    /// <summary>The steps in order.</summary>
    public IPreTokenizer[] Steps { get; }

    /// <inheritdoc/>
    public bool WorksInParts => Array.TrueForAll(Steps, s => s.WorksInParts);

    /// <inheritdoc/>
    public bool OnlyCuts => Array.TrueForAll(Steps, s => s.OnlyCuts);

    /// <inheritdoc/>
    public bool NeedsSource => Array.Exists(Steps, s => s.NeedsSource);

    /// <inheritdoc/>
    public void Apply(PieceText text)
    {
        foreach (var step in Steps)
            step.Apply(text);
    }
}
