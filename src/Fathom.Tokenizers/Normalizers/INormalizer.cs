using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Normalizers;

/// <summary>Changes the characters of a text before it is cut into words. Stateless.</summary>
internal interface INormalizer
{
    /// <summary>Normalises the text in place.</summary>
    void Normalize(NormalText text);
}
