using System.Runtime.CompilerServices;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Patterns;

/// <summary>GPT-2's words: <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>.</summary>
internal sealed class Gpt2Scanner : Scanner
{
    /// <summary>The pattern as files write it.</summary>
    public const string Source = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <summary>The one scanner.</summary>
    public static readonly Gpt2Scanner Instance = new();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override int Next(ReadOnlySpan<char> text, int at)
    {
        if (text[at] == '\'')
        {
            var length = Runs.Contraction(text, at, ignoreCase: false);
            if (length > 0)
                return at + length;
        }

        var word = text[at] == ' ' && at + 1 < text.Length ? at + 1 : at;
        var codePoint = CodePoints.At(text, word, out var units);
        if (CodePoints.IsLetter(codePoint))
            return Runs.Letters(text, word + units);
        if (CodePoints.IsNumber(codePoint))
            return Runs.Numbers(text, word + units, int.MaxValue);
        if (!CodePoints.IsWhiteSpace(codePoint))
            return Runs.Others(text, word + units);
        return Runs.SpacesBeforeWord(text, at);
    }
}
