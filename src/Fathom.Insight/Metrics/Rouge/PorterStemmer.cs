namespace Fathom.Insight.Metrics;

/// <summary>
/// Suffix stripping for English (M. F. Porter, "An algorithm for suffix stripping", 1980) with the changes NLTK's default makes: short
/// words and a dozen irregular forms first, <c>-ied</c> and <c>-ies</c> of four letters, <c>y</c> only after a consonant that is not
/// the first letter, <c>-alli</c> again after itself, <c>-fulli</c> and <c>-logi</c>.
/// </summary>
public static partial class PorterStemmer
{
    private static readonly Dictionary<string, string> Irregular = new(StringComparer.Ordinal)
    {
        ["sky"] = "sky",
        ["skies"] = "sky",
        ["dying"] = "die",
        ["lying"] = "lie",
        ["tying"] = "tie",
        ["news"] = "news",
        ["innings"] = "inning",
        ["inning"] = "inning",
        ["outings"] = "outing",
        ["outing"] = "outing",
        ["cannings"] = "canning",
        ["canning"] = "canning",
        ["howe"] = "howe",
        ["proceed"] = "proceed",
        ["exceed"] = "exceed",
        ["succeed"] = "succeed",
    };

    private static readonly (string Suffix, string Replacement)[] Doubles =
    [
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("bli", "ble"), ("alli", "al"),
        ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"),
        ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"), ("fulli", "ful"),
    ];

    private static readonly (string Suffix, string Replacement)[] Nominals =
        [("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", "")];

    private static readonly string[] Endings =
        ["al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate", "iti", "ous", "ive", "ize"];

    /// <summary>The stem of a word; lower-cases it.</summary>
    public static string Stem(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        var lower = word.ToLowerInvariant();
        if (Irregular.TryGetValue(lower, out var known)) return known;
        return lower.Length <= 2 ? lower : FinalL(FinalE(Ending(Nominal(Double(FinalY(Past(Plural(lower))))))));
    }

    private static string Plural(string word) =>
        word.EndsWith("ies", StringComparison.Ordinal) ? word.Length == 4 ? word[..^1] : word[..^2]
        : word.EndsWith("sses", StringComparison.Ordinal) ? word[..^2]
        : word.EndsWith("ss", StringComparison.Ordinal) ? word
        : word.EndsWith('s') ? word[..^1]
        : word;

    private static string Past(string word)
    {
        if (word.EndsWith("ied", StringComparison.Ordinal)) return word.Length == 4 ? word[..^1] : word[..^2];
        if (word.EndsWith("eed", StringComparison.Ordinal)) return Measure(word[..^3]) > 0 ? word[..^1] : word;
        var cut = word.EndsWith("ed", StringComparison.Ordinal) ? 2 : word.EndsWith("ing", StringComparison.Ordinal) ? 3 : 0;
        var stem = word[..^cut];
        if (cut == 0 || !HasVowel(stem)) return word;
        if (stem.EndsWith("at", StringComparison.Ordinal) || stem.EndsWith("bl", StringComparison.Ordinal) || stem.EndsWith("iz", StringComparison.Ordinal)) return stem + "e";
        if (EndsInDoubleConsonant(stem)) return stem[^1] is 'l' or 's' or 'z' ? stem : stem[..^1];
        return Measure(stem) == 1 && EndsShort(stem) ? stem + "e" : stem;
    }

    private static string FinalY(string word) => word.EndsWith('y') && word.Length > 2 && IsConsonant(word, word.Length - 2) ? word[..^1] + "i" : word;

    private static string Double(string word)
    {
        if (word.EndsWith("alli", StringComparison.Ordinal) && Measure(word[..^4]) > 0) return Double(word[..^2]);
        foreach (var (suffix, replacement) in Doubles)
        {
            if (word.EndsWith(suffix, StringComparison.Ordinal)) return Replace(word, suffix, replacement, 0);
        }

        // -logi counts its l with the stem.
        return word.EndsWith("logi", StringComparison.Ordinal) && Measure(word[..^3]) > 0 ? word[..^1] : word;
    }

    private static string Nominal(string word)
    {
        foreach (var (suffix, replacement) in Nominals)
        {
            if (word.EndsWith(suffix, StringComparison.Ordinal)) return Replace(word, suffix, replacement, 0);
        }

        return word;
    }

    private static string Ending(string word)
    {
        foreach (var suffix in Endings)
        {
            if (!word.EndsWith(suffix, StringComparison.Ordinal)) continue;
            var allowed = suffix != "ion" || (word.Length > 3 && word[^4] is 's' or 't');
            return allowed ? Replace(word, suffix, "", 1) : word;
        }

        return word;
    }

    private static string FinalE(string word)
    {
        if (!word.EndsWith('e')) return word;
        var stem = word[..^1];
        var measure = Measure(stem);
        return measure > 1 || (measure == 1 && !EndsShort(stem)) ? stem : word;
    }

    private static string FinalL(string word) => word.EndsWith("ll", StringComparison.Ordinal) && Measure(word[..^1]) > 1 ? word[..^1] : word;
}
