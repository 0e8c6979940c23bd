using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Normalizers;

/// <summary>Several normalizers one after the other.</summary>
internal sealed class NormalizerSequence(INormalizer[] steps) : INormalizer
{
    /// <inheritdoc/>
    public void Normalize(NormalText text)
    {
        foreach (var step in steps)
            step.Normalize(text);
    }
}
