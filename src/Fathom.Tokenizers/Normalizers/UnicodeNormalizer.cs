using Fathom.Tokenizers.Text;
using Fathom.Tokenizers.Unicode;

namespace Fathom.Tokenizers.Normalizers;

/// <summary>The Unicode normalization forms.</summary>
internal sealed class UnicodeNormalizer(UnicodeForm form) : INormalizer
{
    /// <inheritdoc/>
    public void Normalize(NormalText text)
    {
        if (!UnicodeNormalization.IsTrivial(text.Current.Chars, form))
            text.Transform(UnicodeNormalization.Normalize(text.Current.Chars, form), 0);
    }
}
