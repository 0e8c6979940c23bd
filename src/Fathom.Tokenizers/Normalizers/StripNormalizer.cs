using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Normalizers;

/// <summary>Drops white space at the start, the end, or both.</summary>
internal sealed class StripNormalizer(bool left, bool right) : INormalizer
{
    /// <inheritdoc/>
    public CutRule Cuts => CutRule.Never;

    /// <inheritdoc/>
    public void Normalize(NormalText text)
    {
        var chars = text.Current.Chars;
        var start = 0;
        var end = chars.Length;
        while (left && start < end && CodePoints.IsWhiteSpace(chars[start]))
            start++;
        while (right && end > start && CodePoints.IsWhiteSpace(chars[end - 1]))
            end--;
        if (start == 0 && end == chars.Length)
            return;
        text.Next.AppendRange(text.Current, start, end - start);
        text.Commit();
    }
}
