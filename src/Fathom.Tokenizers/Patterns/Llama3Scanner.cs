using System.Runtime.CompilerServices;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Patterns;

/// <summary>
/// The words of Llama 3 and Qwen 2:
/// <c>(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>.
/// </summary>
/// <param name="mostDigits">Longest group of digits: 3 for Llama 3, 1 for Qwen 2.</param>
/// <param name="longS">Whether the long s folds to s in contractions, as Oniguruma does and llama.cpp does not.</param>
internal sealed class Llama3Scanner(int mostDigits, bool longS) : Scanner
{
    /// <summary>Llama 3's pattern as files write it.</summary>
    public const string Llama3Source = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>Qwen 2's pattern as files write it.</summary>
    public const string Qwen2Source = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override int Next(ReadOnlySpan<char> text, int at)
    {
        var first = CodePoints.At(text, at, out var units);
        if (first == '\'')
        {
            var length = Runs.Contraction(text, at, ignoreCase: true, longS);
            if (length > 0)
                return at + length;
        }

        if (CodePoints.IsLetter(first))
            return Runs.Letters(text, at + units);
        if (CodePoints.IsNumber(first))
            return Runs.Numbers(text, at, mostDigits);

        var next = at + units;
        if (first is not ('\r' or '\n') && next < text.Length)
        {
            var second = CodePoints.At(text, next, out var more);
            if (CodePoints.IsLetter(second))
                return Runs.Letters(text, next + more);
            if (first == ' ' && Runs.IsOther(second))
                return Runs.Breaks(text, Runs.Others(text, next + more));
        }

        if (!CodePoints.IsWhiteSpace(first))
            return Runs.Breaks(text, Runs.Others(text, next));

        var end = Runs.Spaces(text, at);
        var last = text[at..end].LastIndexOfAny('\r', '\n');
        return last >= 0 ? at + last + 1 : Runs.SpacesBeforeWord(text, at);
    }
}
