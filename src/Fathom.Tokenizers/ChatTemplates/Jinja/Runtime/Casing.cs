using System.Globalization;
using System.Text;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>
/// Full case mappings of Unicode (the runtime's are one to one): the characters whose upper-case or title-case form is more
/// than one character or another one, from the Unicode Character Database, SpecialCasing and CaseFolding.
/// </summary>
internal static class Casing
{
    private const string Upper =
        "\u00dfSS \u0149\u02bcN \u01f0J\u030c \u0390\u0399\u0308\u0301 \u03b0\u03a5\u0308\u0301 \u0587\u0535\u0552 \u1e96H\u0331 \u1e97T\u0308 \u1e98W\u030a "
        + "\u1e99Y\u030a \u1e9aA\u02be \u1f50\u03a5\u0313 \u1f52\u03a5\u0313\u0300 \u1f54\u03a5\u0313\u0301 \u1f56\u03a5\u0313\u0342 \u1f80\u1f08\u0399 "
        + "\u1f81\u1f09\u0399 \u1f82\u1f0a\u0399 \u1f83\u1f0b\u0399 \u1f84\u1f0c\u0399 \u1f85\u1f0d\u0399 \u1f86\u1f0e\u0399 \u1f87\u1f0f\u0399 "
        + "\u1f88\u1f08\u0399 \u1f89\u1f09\u0399 \u1f8a\u1f0a\u0399 \u1f8b\u1f0b\u0399 \u1f8c\u1f0c\u0399 \u1f8d\u1f0d\u0399 \u1f8e\u1f0e\u0399 "
        + "\u1f8f\u1f0f\u0399 \u1f90\u1f28\u0399 \u1f91\u1f29\u0399 \u1f92\u1f2a\u0399 \u1f93\u1f2b\u0399 \u1f94\u1f2c\u0399 \u1f95\u1f2d\u0399 "
        + "\u1f96\u1f2e\u0399 \u1f97\u1f2f\u0399 \u1f98\u1f28\u0399 \u1f99\u1f29\u0399 \u1f9a\u1f2a\u0399 \u1f9b\u1f2b\u0399 \u1f9c\u1f2c\u0399 "
        + "\u1f9d\u1f2d\u0399 \u1f9e\u1f2e\u0399 \u1f9f\u1f2f\u0399 \u1fa0\u1f68\u0399 \u1fa1\u1f69\u0399 \u1fa2\u1f6a\u0399 \u1fa3\u1f6b\u0399 "
        + "\u1fa4\u1f6c\u0399 \u1fa5\u1f6d\u0399 \u1fa6\u1f6e\u0399 \u1fa7\u1f6f\u0399 \u1fa8\u1f68\u0399 \u1fa9\u1f69\u0399 \u1faa\u1f6a\u0399 "
        + "\u1fab\u1f6b\u0399 \u1fac\u1f6c\u0399 \u1fad\u1f6d\u0399 \u1fae\u1f6e\u0399 \u1faf\u1f6f\u0399 \u1fb2\u1fba\u0399 \u1fb3\u0391\u0399 "
        + "\u1fb4\u0386\u0399 \u1fb6\u0391\u0342 \u1fb7\u0391\u0342\u0399 \u1fbc\u0391\u0399 \u1fc2\u1fca\u0399 \u1fc3\u0397\u0399 \u1fc4\u0389\u0399 "
        + "\u1fc6\u0397\u0342 \u1fc7\u0397\u0342\u0399 \u1fcc\u0397\u0399 \u1fd2\u0399\u0308\u0300 \u1fd3\u0399\u0308\u0301 \u1fd6\u0399\u0342 "
        + "\u1fd7\u0399\u0308\u0342 \u1fe2\u03a5\u0308\u0300 \u1fe3\u03a5\u0308\u0301 \u1fe4\u03a1\u0313 \u1fe6\u03a5\u0342 \u1fe7\u03a5\u0308\u0342 "
        + "\u1ff2\u1ffa\u0399 \u1ff3\u03a9\u0399 \u1ff4\u038f\u0399 \u1ff6\u03a9\u0342 \u1ff7\u03a9\u0342\u0399 \u1ffc\u03a9\u0399 \ufb00FF \ufb01FI \ufb02FL "
        + "\ufb03FFI \ufb04FFL \ufb05ST \ufb06ST \ufb13\u0544\u0546 \ufb14\u0544\u0535 \ufb15\u0544\u053b \ufb16\u054e\u0546 \ufb17\u0544\u053d";

    private const string Title =
        "\u00dfSs \u01c4\u01c5 \u01c5\u01c5 \u01c6\u01c5 \u01c7\u01c8 \u01c8\u01c8 \u01c9\u01c8 \u01ca\u01cb \u01cb\u01cb \u01cc\u01cb \u01f1\u01f2 "
        + "\u01f2\u01f2 \u01f3\u01f2 \u0587\u0535\u0582 \u1f80\u1f88 \u1f81\u1f89 \u1f82\u1f8a \u1f83\u1f8b \u1f84\u1f8c \u1f85\u1f8d \u1f86\u1f8e \u1f87\u1f8f "
        + "\u1f88\u1f88 \u1f89\u1f89 \u1f8a\u1f8a \u1f8b\u1f8b \u1f8c\u1f8c \u1f8d\u1f8d \u1f8e\u1f8e \u1f8f\u1f8f \u1f90\u1f98 \u1f91\u1f99 \u1f92\u1f9a "
        + "\u1f93\u1f9b \u1f94\u1f9c \u1f95\u1f9d \u1f96\u1f9e \u1f97\u1f9f \u1f98\u1f98 \u1f99\u1f99 \u1f9a\u1f9a \u1f9b\u1f9b \u1f9c\u1f9c \u1f9d\u1f9d "
        + "\u1f9e\u1f9e \u1f9f\u1f9f \u1fa0\u1fa8 \u1fa1\u1fa9 \u1fa2\u1faa \u1fa3\u1fab \u1fa4\u1fac \u1fa5\u1fad \u1fa6\u1fae \u1fa7\u1faf \u1fa8\u1fa8 "
        + "\u1fa9\u1fa9 \u1faa\u1faa \u1fab\u1fab \u1fac\u1fac \u1fad\u1fad \u1fae\u1fae \u1faf\u1faf \u1fb2\u1fba\u0345 \u1fb3\u1fbc \u1fb4\u0386\u0345 "
        + "\u1fb7\u0391\u0342\u0345 \u1fbc\u1fbc \u1fc2\u1fca\u0345 \u1fc3\u1fcc \u1fc4\u0389\u0345 \u1fc7\u0397\u0342\u0345 \u1fcc\u1fcc \u1ff2\u1ffa\u0345 "
        + "\u1ff3\u1ffc \u1ff4\u038f\u0345 \u1ff7\u03a9\u0342\u0345 \u1ffc\u1ffc \ufb00Ff \ufb01Fi \ufb02Fl \ufb03Ffi \ufb04Ffl \ufb05St \ufb06St "
        + "\ufb13\u0544\u0576 \ufb14\u0544\u0565 \ufb15\u0544\u056b \ufb16\u054e\u0576 \ufb17\u0544\u056d";

    private static Dictionary<char, string>? _upper;
    private static Dictionary<char, string>? _title;

    public static string ToUpper(string text) => Map(text, static rune => UpperOf(rune));

    public static string ToLower(string text)
    {
        if (IsAscii(text)) return text.ToLowerInvariant();
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\u0130') result.Append("i\u0307");
            else if (text[i] == '\u03a3') result.Append(IsFinalSigma(text, i) ? '\u03c2' : '\u03c3');
            else if (char.IsHighSurrogate(text[i]) && Rune.TryGetRuneAt(text, i, out var rune)) result.Append(Rune.ToLowerInvariant(rune).ToString()).Append(text, i++, 0);
            else result.Append(char.ToLowerInvariant(text[i]));
        }

        return result.ToString();
    }

    /// <summary>Letters behind letters in lower case, the others in title case.</summary>
    public static string ToTitle(string text)
    {
        var lower = ToLowerEach(text);
        var result = new StringBuilder(text.Length);
        var inside = false;
        var index = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            result.Append(inside ? lower[index] : TitleOf(rune));
            inside = IsCased(rune);
            index++;
        }

        return result.ToString();
    }

    public static string Capitalize(string text)
    {
        if (text.Length == 0) return text;
        var parts = ToLowerEach(text);
        Rune.DecodeFromUtf16(text, out var first, out _);
        return TitleOf(first) + string.Concat(parts.Skip(1));
    }

    public static string SwapCase(string text)
    {
        var lower = ToLowerEach(text);
        var result = new StringBuilder(text.Length);
        var index = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            result.Append(IsUpper(rune) ? lower[index] : IsLower(rune) ? UpperOf(rune) : rune.ToString());
            index++;
        }

        return result.ToString();
    }

    public static string Fold(string text) => Map(text, static rune => rune.Value switch
    {
        0x131 => "\u0131",
        0x1e9e => "ss",
        (>= 0x13a0 and <= 0x13fd) or (>= 0xab70 and <= 0xabbf) => Rune.ToUpperInvariant(rune).ToString(),
        _ => string.Concat(UpperOf(rune).EnumerateRunes().Select(static r => r.Value == 0x130 ? "i\u0307" : Rune.ToLowerInvariant(r).ToString())),
    });

    public static bool IsUpper(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.UppercaseLetter || rune.Value is (>= 0x2160 and <= 0x216f) or (>= 0x24b6 and <= 0x24cf);

    public static bool IsLower(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.LowercaseLetter || rune.Value is 0xaa or 0xba or (>= 0x2170 and <= 0x217f) or (>= 0x24d0 and <= 0x24e9) or (>= 0x2b0 and <= 0x2b8) or 0x2c0 or 0x2c1 or (>= 0x2e0 and <= 0x2e4);

    public static bool IsCased(Rune rune) => IsUpper(rune) || IsLower(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.TitlecaseLetter;

    private static bool IsAscii(string text) => Ascii.IsValid(text);

    private static string Map(string text, Func<Rune, string> map)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) result.Append(map(rune));
        return result.ToString();
    }

    private static string UpperOf(Rune rune)
    {
        if (rune.Value < 0x80) return Rune.ToUpperInvariant(rune).ToString();
        return rune.IsBmp && (_upper ??= Parse(Upper)).TryGetValue((char)rune.Value, out var text) ? text : Rune.ToUpperInvariant(rune).ToString();
    }

    private static string TitleOf(Rune rune)
    {
        if (rune.Value is >= 0x10d0 and <= 0x10ff) return rune.ToString();
        return rune.IsBmp && rune.Value >= 0x80 && (_title ??= Parse(Title)).TryGetValue((char)rune.Value, out var text) ? text : UpperOf(rune);
    }

    /// <summary>The lower-case form of every code point, with the whole text in view (the final sigma).</summary>
    private static List<string> ToLowerEach(string text)
    {
        var result = new List<string>(text.Length);
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == 0x130) result.Add("i\u0307");
            else if (rune.Value == 0x3a3) result.Add(IsFinalSigma(text, at) ? "\u03c2" : "\u03c3");
            else result.Add(Rune.ToLowerInvariant(rune).ToString());
            at += rune.Utf16SequenceLength;
        }

        return result;
    }

    private static bool IsFinalSigma(string text, int at)
    {
        var before = at - 1;
        while (before >= 0 && IsCaseIgnorable(text[before])) before--;
        if (before < 0 || !char.IsLetter(text[before])) return false;
        var after = at + 1;
        while (after < text.Length && IsCaseIgnorable(text[after])) after++;
        return after >= text.Length || !char.IsLetter(text[after]);
    }

    private static bool IsCaseIgnorable(char c) => c is '\'' or '.' or ':' or '\u00b7' or '\u2019' || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol;

    private static Dictionary<char, string> Parse(string table)
    {
        var result = new Dictionary<char, string>();
        foreach (var entry in table.Split(' ')) result[entry[0]] = entry[1..];
        return result;
    }
}
