using System.Globalization;
using System.Text;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Patterns;

/// <summary>Parses what stands for one character in a regular expression: escapes and brackets.</summary>
internal sealed class RegexClassParser(string source)
{
    /// <summary>The error of an expression.</summary>
    public static FathomException Wrong(string source, int at, string what) =>
        new($"The regular expression '{source}' of the tokenizer has {what} (character {at}). Mend the expression.");

    /// <summary>The class of one literal character.</summary>
    public static CharClass Literal(int codePoint, bool ignoreCase) => ignoreCase ? Folded(c => c == codePoint) : CharClass.Single(codePoint);

    /// <summary>Parses an escape outside or inside brackets; <paramref name="at"/> is at the backslash and ends behind it.</summary>
    public CharClass Escape(ref int at, bool ignoreCase)
    {
        var test = Shorthand(ref at, inBracket: false);
        if (test is not null)
            return new CharClass(test);
        return Literal(EscapedCodePoint(ref at), ignoreCase);
    }

    /// <summary>Parses a bracket; <paramref name="at"/> is at the '[' and ends behind the ']'.</summary>
    public CharClass Bracket(ref int at, bool ignoreCase)
    {
        var test = BracketTest(ref at, 0);
        return ignoreCase ? Folded(test) : new CharClass(test);
    }

    // A character counts when any of its case forms does; the long s and the Kelvin sign fold to s and k.
    private static CharClass Folded(Func<int, bool> test) => new(c =>
    {
        if (test(c))
            return true;
        if (!Rune.IsValid(c))
            return false;
        var lower = Rune.ToLowerInvariant(new Rune(c));
        var upper = Rune.ToUpperInvariant(new Rune(c));
        return test(lower.Value) || test(upper.Value) || test(Rune.ToLowerInvariant(upper).Value) || test(Rune.ToUpperInvariant(lower).Value)
            || (c is 's' or 'S' && test(0x17F)) || (c is 'k' or 'K' && test(0x212A));
    });

    private Func<int, bool> BracketTest(ref int at, int depth)
    {
        if (depth > 50)
            throw Wrong(source, at, "brackets more than 50 deep");
        var start = at++;
        var negated = At(at) == '^';
        if (negated)
            at++;
        var tests = new List<Func<int, bool>>();
        Func<int, bool>? intersected = null;
        for (var first = true; ; first = false)
        {
            if (at >= source.Length)
                throw Wrong(source, start, "a '[' without its ']'");
            if (source[at] == ']' && !first)
                break;
            if (source[at] == '[' && At(at + 1) == ':' && Posix(ref at) is { } posix)
            {
                tests.Add(posix);
            }
            else if (source[at] == '[')
            {
                tests.Add(BracketTest(ref at, depth + 1));
            }
            else if (source[at] == '&' && At(at + 1) == '&')
            {
                at += 2;
                intersected = And(intersected, Any(tests));
                tests = [];
            }
            else if (source[at] == '\\' && Shorthand(ref at, inBracket: true) is { } shorthand)
            {
                tests.Add(shorthand);
            }
            else
            {
                tests.Add(Range(ref at));
            }
        }

        at++;
        var all = And(intersected, Any(tests));
        return negated ? c => !all(c) : all;
    }

    private static Func<int, bool> And(Func<int, bool>? one, Func<int, bool> other) => one is null ? other : c => one(c) && other(c);

    private static Func<int, bool> Any(List<Func<int, bool>> tests)
    {
        var all = tests.ToArray();
        return c => Array.Exists(all, t => t(c));
    }

    private Func<int, bool> Range(ref int at)
    {
        var low = OneCodePoint(ref at);
        if (At(at) == '-' && At(at + 1) is not (']' or '\0') && !(At(at + 1) == '[' || (At(at + 1) == '\\' && IsShorthand(At(at + 2)))))
        {
            at++;
            var high = OneCodePoint(ref at);
            if (high < low)
                throw Wrong(source, at, "a range whose end is before its start");
            return c => c >= low && c <= high;
        }

        return c => c == low;
    }

    private int OneCodePoint(ref int at)
    {
        if (At(at) == '\\')
            return EscapedCodePoint(ref at);
        var codePoint = CodePoints.At(source, at, out var units);
        at += units;
        return codePoint;
    }

    private char At(int at) => at < source.Length ? source[at] : '\0';

    private Func<int, bool>? Posix(ref int at)
    {
        var end = source.IndexOf(":]", at + 2, StringComparison.Ordinal);
        if (end < 0)
            return null;
        var name = source[(at + 2)..end];
        var negated = name.StartsWith('^');
        var test = UnicodeProperty.Posix(negated ? name[1..] : name);
        if (test is null)
            return null;
        at = end + 2;
        return negated ? c => !test(c) : test;
    }

    private static bool IsShorthand(char letter) => letter is 's' or 'S' or 'd' or 'D' or 'w' or 'W' or 'h' or 'H' or 'p' or 'P';

    private Func<int, bool>? Shorthand(ref int at, bool inBracket)
    {
        var letter = At(at + 1);
        if (!IsShorthand(letter))
            return null;
        if (letter is 'p' or 'P')
            return Property(ref at);
        at += 2;
        Func<int, bool> test = char.ToLowerInvariant(letter) switch
        {
            's' => CodePoints.IsWhiteSpace,
            'd' => c => CodePoints.CategoryBit(c) == 1 << (int)UnicodeCategory.DecimalDigitNumber,
            'w' when inBracket => CodePoints.IsBracketWord,
            'w' => CodePoints.IsPatternWord,
            _ => c => c < 128 && char.IsAsciiHexDigit((char)c),
        };
        return char.IsUpper(letter) ? c => !test(c) : test;
    }

    private Func<int, bool> Property(ref int at)
    {
        var negated = source[at + 1] == 'P';
        var end = At(at + 2) == '{' ? source.IndexOf('}', at) : -1;
        if (end < 0)
            throw Wrong(source, at, "a property without its braces");
        var name = source[(at + 3)..end];
        if (name.StartsWith('^'))
        {
            negated = !negated;
            name = name[1..];
        }

        var test = UnicodeProperty.Find(name) ?? throw Wrong(source, at, $"the property '{name}', which is not known here");
        at = end + 1;
        return negated ? c => !test(c) : test;
    }

    private int EscapedCodePoint(ref int at)
    {
        var letter = At(at + 1);
        at += 2;
        switch (letter)
        {
            case 't': return '\t';
            case 'n': return '\n';
            case 'r': return '\r';
            case 'f': return '\f';
            case 'v': return '\v';
            case 'a': return 7;
            case 'e': return 27;
            case '0': return 0;
            case 'x' when At(at) == '{':
                var end = source.IndexOf('}', at);
                var braced = end < 0 ? "" : source[(at + 1)..end];
                at = end < 0 ? at : end + 1;
                return Hex(braced, at);
            case 'x':
                var digits = 0;
                while (digits < 2 && char.IsAsciiHexDigit(At(at + digits)))
                    digits++;
                at += digits;
                return Hex(source[(at - digits)..at], at);
            case 'u':
                at = Math.Min(at + 4, source.Length);
                return Hex(source[(at - 4)..at], at);
            default:
                if (char.IsAsciiLetterOrDigit(letter))
                    throw Wrong(source, at, $"'\\{letter}', which is not known here");
                if (letter == '\0')
                    throw Wrong(source, at, "a '\\' at the end");
                at--;
                var codePoint = CodePoints.At(source, at, out var units);
                at += units;
                return codePoint;
        }
    }

    private int Hex(string digits, int at) => int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 0x10FFFF
        ? value
        : throw Wrong(source, at, $"'{digits}' where a code point in hexadecimal was expected");
}
