using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Normalizers;

/// <summary>Changes the characters of a text before it is cut into words. Stateless.</summary>
internal interface INormalizer
{
    /// <summary>How a text may be cut into parts that are normalised by themselves.</summary>
    CutRule Cuts => CutRule.KeepsSpace;

    /// <summary>Normalises the text in place.</summary>
    void Normalize(NormalText text);
}
