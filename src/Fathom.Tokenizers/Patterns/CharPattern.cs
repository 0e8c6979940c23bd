using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Patterns;

/// <summary>Each single character of a class is a match.</summary>
internal sealed class CharPattern(CharClass characters) : Pattern
{
    /// <summary>White space.</summary>
    public static readonly CharPattern WhiteSpace = new(new CharClass(CodePoints.IsWhiteSpace));

    /// <summary>ASCII punctuation and symbols, and all else in category P.</summary>
    public static readonly CharPattern Punctuation = new(new CharClass(UnicodeProperty.IsTokenizerPunctuation));

    /// <inheritdoc/>
    public override bool TryFind(ReadOnlySpan<char> text, int from, out int start, out int end)
    {
        for (start = from; start < text.Length;)
        {
            var codePoint = CodePoints.At(text, start, out var units);
            if (characters.Contains(codePoint))
            {
                end = start + units;
                return true;
            }

            start += units;
        }

        end = 0;
        return false;
    }
}
