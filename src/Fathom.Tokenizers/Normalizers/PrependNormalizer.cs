using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Normalizers;

/// <summary>Puts a text before any that is not empty.</summary>
internal sealed class PrependNormalizer(string prefix) : INormalizer
{
    /// <inheritdoc/>
    public CutRule Cuts => CutRule.Never;

    /// <summary>The text that is put in.</summary>
    public string Prefix => prefix;

    /// <inheritdoc/>
    public void Normalize(NormalText text)
    {
        if (text.Current.Length == 0)
            return;
        foreach (var c in prefix)
            text.Next.Append(c, text.Current.StartOf(0), text.Current.EndOf(0));
        text.Next.AppendRange(text.Current, 0, text.Current.Length);
        text.Commit();
    }
}
