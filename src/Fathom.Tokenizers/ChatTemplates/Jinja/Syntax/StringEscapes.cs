using System.Globalization;
using System.Text;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>Backslash sequences of a string literal, as Python's <c>unicode-escape</c> reads them.</summary>
internal static class StringEscapes
{
    public static string Decode(ReadOnlySpan<char> text, int line)
    {
        if (!text.Contains('\\')) return text.ToString();
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                result.Append(text[i]);
                continue;
            }

            if (++i >= text.Length) throw Errors.Syntax("\\ at end of string", line);
            switch (text[i])
            {
                case '\n': break;
                case 'a': result.Append('\a'); break;
                case 'b': result.Append('\b'); break;
                case 'f': result.Append('\f'); break;
                case 'n': result.Append('\n'); break;
                case 'r': result.Append('\r'); break;
                case 't': result.Append('\t'); break;
                case 'v': result.Append('\v'); break;
                case '\\' or '\'' or '"': result.Append(text[i]); break;
                case 'x': i = Hexadecimal(text, i, 2, "truncated \\xXX escape", result, line); break;
                case 'u': i = Hexadecimal(text, i, 4, "truncated \\uXXXX escape", result, line); break;
                case 'U': i = Hexadecimal(text, i, 8, "truncated \\UXXXXXXXX escape", result, line); break;
                case 'N': throw Errors.Syntax("characters by name (\\N{…}) are not supported; use \\uXXXX", line);
                case >= '0' and <= '7': i = Octal(text, i, result); break;
                default: result.Append('\\').Append(text[i]); break;
            }
        }

        return result.ToString();
    }

    private static int Hexadecimal(ReadOnlySpan<char> text, int at, int digits, string truncated, StringBuilder result, int line)
    {
        if (at + digits >= text.Length || !uint.TryParse(text.Slice(at + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            throw Errors.Syntax(truncated, line);
        }

        if (value > 0x10FFFF) throw Errors.Syntax("illegal Unicode character", line);
        if (value > 0xFFFF) result.Append(new Rune(value).ToString());
        else result.Append((char)value);
        return at + digits;
    }

    private static int Octal(ReadOnlySpan<char> text, int at, StringBuilder result)
    {
        var value = 0;
        var end = at;
        while (end < text.Length && end < at + 3 && text[end] is >= '0' and <= '7') value = (value * 8) + (text[end++] - '0');
        result.Append((char)value);
        return end - 1;
    }
}
