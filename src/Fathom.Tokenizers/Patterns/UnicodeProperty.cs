using System.Globalization;
using Fathom.Tokenizers.Text;
using Fathom.Tokenizers.Unicode;

namespace Fathom.Tokenizers.Patterns;

/// <summary>The properties of characters that regular expressions can name: general categories, POSIX classes, scripts.</summary>
internal static class UnicodeProperty
{
    private static readonly int PunctuationOrSymbol = MaskOf("p") | MaskOf("s");
    private static readonly int Punctuation = MaskOf("p");

    private const string CategoryNames = "LuLlLtLmLoMnMcMeNdNlNoZsZlZpCcCfCsCoPcPdPsPePiPfPoSmScSkSoCn";

    /// <summary>The test of a property, or <see langword="null"/> where the name is not known. Case, spaces, '_' and '-' do not count.</summary>
    public static Func<int, bool>? Find(string name)
    {
        var plain = new string([.. name.Where(c => c is not (' ' or '_' or '-'))]).ToLowerInvariant();
        return Category(plain) ?? Posix(plain) ?? Script(plain);
    }

    /// <summary>The test of a POSIX bracket's name, or <see langword="null"/>.</summary>
    public static Func<int, bool>? Posix(string name) => name switch
    {
        "any" => _ => true,
        "ascii" => c => c < 128,
        "alpha" or "alphabetic" => IsAlphabetic,
        "alnum" => c => IsAlphabetic(c) || Is(c, UnicodeCategory.DecimalDigitNumber),
        "digit" => c => Is(c, UnicodeCategory.DecimalDigitNumber),
        "space" or "whitespace" => CodePoints.IsWhiteSpace,
        "blank" => c => c == '\t' || Is(c, UnicodeCategory.SpaceSeparator),
        "punct" => IsPunctuation,
        "upper" or "uppercase" => c => Is(c, UnicodeCategory.UppercaseLetter) || c is (>= 0x2160 and <= 0x216F) or (>= 0x24B6 and <= 0x24CF) or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189),
        "lower" or "lowercase" => c => Is(c, UnicodeCategory.LowercaseLetter) || c is 0xAA or 0xBA or (>= 0x2170 and <= 0x217F) or (>= 0x24D0 and <= 0x24E9),
        "cntrl" => c => Is(c, UnicodeCategory.Control),
        "xdigit" => c => c < 128 && char.IsAsciiHexDigit((char)c),
        "word" => CodePoints.IsBracketWord,
        "unicodeword" => CodePoints.IsWord,
        "graph" => c => !CodePoints.IsWhiteSpace(c) && !Is(c, UnicodeCategory.Control) && !Is(c, UnicodeCategory.OtherNotAssigned) && !Is(c, UnicodeCategory.Surrogate),
        "print" => c => !Is(c, UnicodeCategory.Control) && !Is(c, UnicodeCategory.OtherNotAssigned) && !Is(c, UnicodeCategory.Surrogate),
        _ => null,
    };

    private static Func<int, bool>? Category(string plain)
    {
        var mask = plain switch
        {
            "letter" => MaskOf("l"),
            "mark" => MaskOf("m"),
            "number" => MaskOf("n"),
            "punctuation" => MaskOf("p"),
            "symbol" => MaskOf("s"),
            "separator" => MaskOf("z"),
            "other" => MaskOf("c"),
            "lc" or "casedletter" => MaskOf("lu") | MaskOf("ll") | MaskOf("lt"),
            { Length: 1 or 2 } => MaskOf(plain),
            _ => 0,
        };
        return mask == 0 ? null : c => (CodePoints.CategoryBit(c) & mask) != 0;
    }

    // All categories whose short names begin so, in the order of UnicodeCategory.
    private static int MaskOf(string prefix)
    {
        var mask = 0;
        for (var i = 0; i < CategoryNames.Length; i += 2)
        {
            if (CategoryNames.AsSpan(i, 2).StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                mask |= 1 << (i / 2);
        }

        return mask;
    }

    private static Func<int, bool>? Script(string plain)
    {
        var tables = UnicodeTables.Instance;
        for (var i = 0; i < tables.Scripts.Count; i++)
        {
            if (tables.Scripts[i].Replace("_", "", StringComparison.Ordinal).Equals(plain, StringComparison.OrdinalIgnoreCase))
            {
                var script = i;
                return c => tables.ScriptOf(c) == script;
            }
        }

        return null;
    }

    /// <summary>Punctuation as tokenizers cut at it: ASCII's with its symbols, and category P.</summary>
    public static bool IsTokenizerPunctuation(int c) => (CodePoints.CategoryBit(c) & (c < 128 ? PunctuationOrSymbol : Punctuation)) != 0;

    private static bool Is(int codePoint, UnicodeCategory category) => CodePoints.CategoryBit(codePoint) == 1 << (int)category;

    private static bool IsAlphabetic(int c) => CodePoints.IsLetter(c) || (CodePoints.IsWord(c) && !Is(c, UnicodeCategory.DecimalDigitNumber)
        && !Is(c, UnicodeCategory.ConnectorPunctuation) && !Is(c, UnicodeCategory.EnclosingMark) && c is not (0x200C or 0x200D));

    // Oniguruma counts symbols as punctuation.
    private static bool IsPunctuation(int c) => (CodePoints.CategoryBit(c) & PunctuationOrSymbol) != 0;
}
