using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Normalizers;

/// <summary>Several normalizers one after the other.</summary>
internal sealed class NormalizerSequence(INormalizer[] steps) : INormalizer
{
    /// <inheritdoc/>
    public CutRule Cuts => steps is [PrependNormalizer { Prefix: "\u2581" }, ReplaceNormalizer { MarksSpaces: true }] ? CutRule.DropsSpace
        : Array.TrueForAll(steps, s => s.Cuts == CutRule.KeepsSpace) ? CutRule.KeepsSpace : CutRule.Never;

    /// <inheritdoc/>
    public void Normalize(NormalText text)
    {
        foreach (var step in steps)
            step.Normalize(text);
    }
}
