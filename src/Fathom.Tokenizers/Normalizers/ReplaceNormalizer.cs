using Fathom.Tokenizers.Patterns;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Normalizers;

/// <summary>Replaces every match of a pattern by a text.</summary>
internal sealed class ReplaceNormalizer(Pattern pattern, string content) : INormalizer
{
    /// <inheritdoc/>
    public CutRule Cuts => pattern.LooksLeft ? CutRule.Never : CutRule.KeepsSpace;

    /// <summary>Whether every space becomes the mark for spaces, and nothing else changes.</summary>
    public bool MarksSpaces => content == "\u2581" && pattern is TextPattern { Needle: " " };

    /// <inheritdoc/>
    public void Normalize(NormalText text)
    {
        var source = text.Current;
        var matches = new MatchEnumerator(pattern, source.Chars);
        var behind = 0;
        var any = false;
        while (matches.MoveNext())
        {
            any = true;
            text.Next.AppendRange(source, behind, matches.Start - behind);
            behind = matches.End;

            // What is put in has the source of the last character it replaces, or of the one before where it replaces none.
            var (start, end) = matches.End > matches.Start ? (source.StartOf(matches.End - 1), source.EndOf(matches.End - 1))
                : text.Next.Length > 0 ? (text.Next.StartOf(text.Next.Length - 1), text.Next.EndOf(text.Next.Length - 1))
                : (text.Origin, text.Origin);
            foreach (var c in content)
                text.Next.Append(c, start, end);
        }

        if (!any)
            return;
        text.Next.AppendRange(source, behind, source.Length - behind);
        text.Commit();
    }
}
